import { RpcTarget } from "cloudflare:workers";
import { defined } from "../../lib/defined.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import type { AccountContext } from "../account-context.ts";
import { browserSummary, type BrowserSummary } from "../browser-sessions/browser-summary.ts";
import {
  authorize,
  ISSUER_APP,
  type Action,
  type ActionRefused,
} from "../phone-sessions/phone-permissions.ts";
import type { PhoneSession } from "../phone-sessions/phone-session.ts";
import { rootsToRevoke, type HasTrustDelay } from "../phone-sessions/trust-delay.ts";
import type { DeviceSummary } from "./device-summary.ts";
import type { EndedBy } from "./login-record.ts";
import type { LoginRegistry } from "./login-registry.ts";

/**
 * The logins on screens for their owner to manage, over RPC. `by` is the hash of the secret of the phone that acts, or
 * undefined for an app of a trusted issuer.
 */
export class Devices extends RpcTarget {
  readonly #account: AccountContext;
  readonly #logins: LoginRegistry;

  constructor(account: AccountContext, logins: LoginRegistry) {
    super();
    this.#account = account;
    this.#logins = logins;
  }

  /**
   * The active logins, and those that ended without their owner while they are asked whether these were theirs. The one
   * that was used last comes first.
   */
  list(): DeviceSummary[] {
    return this.#logins.devices(Date.now());
  }

  /** The same, and the browsers that stay logged in, with the logins that belong to them. */
  overview(): { devices: DeviceSummary[]; browsers: BrowserSummary[] } {
    const { browserSessions } = this.#account;
    const now = Date.now();
    const sessions = browserSessions.list(now);
    const owners = new Map(
      sessions.flatMap((session) =>
        browserSessions.loginsOf(session, now).map(({ sid }) => [sid, session.id]),
      ),
    );
    const devices = this.list().map((device) => ({
      ...device,
      ...defined({ browserSession: owners.get(device.sid) }),
    }));
    return { devices, browsers: sessions.map(browserSummary) };
  }

  /** The owner logs a browser out: all its logins end. */
  async endBrowser(
    id: string,
    by: string | undefined,
  ): Promise<Result<null, ActionRefused | "device_unknown">> {
    const { browserSessions } = this.#account;
    const now = Date.now();
    const session = browserSessions.byId(id, now);
    const targets = session ? [session] : [];
    const allowed = this.#authorize({ type: "end_screens", targets }, by, now);
    if (!allowed.ok) return allowed;
    if (!session) return err("device_unknown");
    const actor = allowed.value === ISSUER_APP ? {} : allowed.value;
    const endedBy = this.#isUnconfirmed(actor, now) ? "client" : "owner";
    await browserSessions.endWithLogins([session], endedBy, [], now);
    return ok(null);
  }

  /**
   * The owner logs a screen out, or reports a login as somebody else's ("stranger"). With a report, everything of the
   * unconfirmed phone that approved the login is removed. If an unconfirmed phone asks, the owner is still asked whether
   * the login was theirs.
   *
   * The browser that the login belongs to does not stay logged in: otherwise its next login would not need the phone.
   * With a report, all logins of that browser are reported.
   */
  async end(
    sessionId: string,
    endedBy: Extract<EndedBy, "owner" | "stranger">,
    by: string | undefined,
  ): Promise<Result<null, ActionRefused | "device_unknown">> {
    const now = Date.now();
    const login = this.#logins.endable(sessionId, endedBy, now);
    const targets = login ? [login] : [];
    const allowed = this.#authorize({ type: "end_screens", targets }, by, now);
    if (!allowed.ok) return allowed;
    if (!login) return err("device_unknown");
    const actor = allowed.value === ISSUER_APP ? {} : allowed.value;
    const roots = endedBy === "stranger" ? rootsToRevoke([login], actor, now) : new Set<string>();
    const { browserSessions, revocation } = this.#account;
    const browser = browserSessions.ofLogin(sessionId, now);
    const recordedBy = this.#isUnconfirmed(actor, now) ? "client" : endedBy;
    if (browser && endedBy === "owner") browserSessions.delete(browser);
    const reported = browser && endedBy === "stranger" ? [browser] : [];
    await Promise.all([
      browserSessions.endWithLogins(reported, recordedBy, [sessionId], now),
      revocation.remove({ roots }, now),
    ]);
    return ok(null);
  }

  async endAll(by: string | undefined): Promise<Result<null, ActionRefused>> {
    const now = Date.now();
    const listed = this.list().map(({ sid }) => sid);
    const { browserSessions } = this.#account;
    const browsers = browserSessions.list(now);
    const logins = listed.flatMap((sid) => this.#logins.endable(sid, "owner", now) ?? []);
    const targets = [...logins, ...browsers];
    const allowed = this.#authorize({ type: "end_screens", targets }, by, now);
    if (!allowed.ok) return allowed;
    const actor = allowed.value === ISSUER_APP ? {} : allowed.value;
    const endedBy = this.#isUnconfirmed(actor, now) ? "client" : "owner";
    await browserSessions.endWithLogins(browsers, endedBy, listed, now);
    return ok(null);
  }

  /** The owner confirms that a login is theirs. */
  confirm(
    sessionId: string,
    by: string | undefined,
  ): Result<null, ActionRefused | "device_unknown"> {
    const now = Date.now();
    const allowed = this.#authorize({ type: "confirm_screen" }, by, now);
    if (!allowed.ok) return allowed;
    return this.#logins.confirm(sessionId, now) ? ok(null) : err("device_unknown");
  }

  /** Whether the end that a phone requests is recorded like one by the login's client: the owner has not seen it. */
  #isUnconfirmed(actor: HasTrustDelay, now: number): boolean {
    return this.#account.phones.isUnconfirmed(actor, now);
  }

  /** Built-in accounts are managed by their phones only, and accounts of other issuers by their apps. */
  #authorize(
    action: Action,
    by: string | undefined,
    now: number,
  ): Result<PhoneSession | typeof ISSUER_APP, ActionRefused> {
    const { phones, store } = this.#account;
    if (by !== undefined) return phones.authorize(action, by, now);
    return authorize(action, store.isBuiltIn === false ? ISSUER_APP : undefined, undefined, now);
  }
}
