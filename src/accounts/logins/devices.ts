import { RpcTarget } from "cloudflare:workers";
import { err, ok, type Result } from "../../lib/result.ts";
import type { AccountContext } from "../account-context.ts";
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

  /**
   * The owner logs a screen out, or reports a login as somebody else's ("stranger"). With a report, everything of the
   * unconfirmed phone that approved the login is removed. If an unconfirmed phone asks, the owner is still asked whether
   * the login was theirs.
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
    await Promise.all([
      this.#logins.endAndNotify([sessionId], this.#isUnconfirmed(actor, now) ? "client" : endedBy),
      this.#account.revocation.remove({ roots }, now),
    ]);
    return ok(null);
  }

  async endAll(by: string | undefined): Promise<Result<null, ActionRefused>> {
    const now = Date.now();
    const listed = this.list().map(({ sid }) => sid);
    const targets = listed.flatMap((sid) => this.#logins.endable(sid, "owner", now) ?? []);
    const allowed = this.#authorize({ type: "end_screens", targets }, by, now);
    if (!allowed.ok) return allowed;
    const actor = allowed.value === ISSUER_APP ? {} : allowed.value;
    await this.#logins.endAndNotify(listed, this.#isUnconfirmed(actor, now) ? "client" : "owner");
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
