import { RpcTarget } from "cloudflare:workers";
import { configOf } from "../../config/index.ts";
import { randomToken } from "../../lib/random.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import type { AuthenticatedUser } from "../../login-session/domain/authenticated-user.ts";
import type { KeptLogin } from "../../login-session/domain/single-sign-on.ts";
import {
  decideSso,
  type SsoDecision,
  type SsoRequest,
} from "../../oidc/authorization/sso-decision.ts";
import type { AlarmScheduler } from "../../lib/alarm-scheduler.ts";
import type { AccountContext } from "../account-context.ts";
import { ISSUER_APP } from "../phone-sessions/phone-permissions.ts";
import { inheritTrustDelay } from "../phone-sessions/trust-delay.ts";
import type { BrowserSessionRegistry } from "./browser-session-registry.ts";
import { endsAt, openBrowserSession, useBrowserSession } from "./browser-session.ts";

/** What single sign-on gives to one authorization request. */
export interface SignedOn {
  decision: SsoDecision;
  /** The id of the browser session. */
  id: string;
  account: AuthenticatedUser;
}

/** What a person is asked to log out of. */
export interface BrowserLogout {
  id: string;
  /** The clients of the active logins. */
  clientIds: string[];
}

/** The browser sessions of an account, over RPC, for the browser that has the cookie. */
export class BrowserSessions extends RpcTarget {
  readonly #account: AccountContext;
  readonly #sessions: BrowserSessionRegistry;
  readonly #alarm: AlarmScheduler;

  constructor(account: AccountContext, alarm: AlarmScheduler) {
    super();
    this.#account = account;
    this.#sessions = account.browserSessions;
    this.#alarm = alarm;
  }

  /**
   * The browser stays logged in after this login, which the phone has approved. `replaces`: the hash of the secret in
   * the browser's cookie. The phone must be signed in, as for the login itself.
   */
  async open(
    secretHash: string,
    login: KeptLogin,
    replaces?: string,
  ): Promise<Result<null, "login_ended" | "approver_signed_out">> {
    const { store, phones, env } = this.#account;
    const now = Date.now();
    if (store.isDeleted) return err("login_ended");
    const { phone } = login.account;
    const approver = phone === undefined ? ISSUER_APP : phones.approver(phone, now);
    if (!approver) return err("approver_signed_out");
    const delay = approver === ISSUER_APP ? {} : inheritTrustDelay(approver, now);
    // The page repeats its request if the response was lost.
    const replaced =
      (replaces === undefined ? undefined : this.#sessions.find(replaces, now)) ??
      this.#sessions.ofLogin(login.sessionId, now);
    const secret = { id: randomToken().slice(0, 22), secretHash, ...delay };
    const opened = openBrowserSession(secret, login, replaced, configOf(env), now);
    this.#sessions.open(opened, replaced, now);
    await this.#alarm.schedule(endsAt(opened), now);
    return ok(null);
  }

  /**
   * Decides about an authorization request. If the login goes on without the phone, the client is recorded as shown, in
   * this turn. Undefined if the browser is not logged in.
   */
  signOn(secretHash: string, request: SsoRequest): SignedOn | undefined {
    const now = Date.now();
    const session = this.#sessions.find(secretHash, now);
    if (!session) return undefined;
    const decision = decideSso(session, request, now);
    if (decision === "continue") {
      const { clientId, scope } = request;
      const used = useBrowserSession(session, { clientId, scope }, now);
      if (used !== session) this.#sessions.save(used);
    }
    return { decision, id: session.id, account: session.account };
  }

  /** What a logout in this browser would end. Undefined if it is not logged in. */
  logoutOf(secretHash: string): BrowserLogout | undefined {
    const now = Date.now();
    const session = this.#sessions.find(secretHash, now);
    if (!session) return undefined;
    const clientIds = this.#sessions.loginsOf(session, now).map(({ clientId }) => clientId);
    return { id: session.id, clientIds: [...new Set(clientIds)] };
  }

  /** Somebody logs out in this browser: all logins of it end. */
  async end(secretHash: string): Promise<void> {
    const now = Date.now();
    const session = this.#sessions.find(secretHash, now);
    if (session) await this.#sessions.endWithLogins([session], "client", [], now);
  }

  /** The cookie is void from now on; the logins stay. */
  forget(secretHash: string): void {
    const session = this.#sessions.find(secretHash, Date.now());
    if (session) this.#sessions.delete(session);
  }

  /**
   * A client logs its person out (RP-Initiated Logout §2): its login ends, and the browser session that it belongs to,
   * with all logins. Another browser session stays: an ID token of another device must not end it. Returns the hash of
   * the secret of the one that ended.
   */
  async endByLogin(sid: string): Promise<string | undefined> {
    const now = Date.now();
    const session = this.#sessions.ofLogin(sid, now);
    await this.#sessions.endWithLogins(session ? [session] : [], "client", [sid], now);
    return session?.secretHash;
  }
}
