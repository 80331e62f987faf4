import { DurableObject } from "cloudflare:workers";
import { ACCOUNT_SUBJECT_PREFIX, configOf } from "../config/index.ts";
import { AlarmScheduler } from "../lib/alarm-scheduler.ts";
import { defined } from "../lib/defined.ts";
import { OUTBOX_KEY, OutboxStore } from "../lib/outbox/outbox-store.ts";
import { err, ok, type Result } from "../lib/result.ts";
import type { RedeemError } from "../login-session/domain/errors.ts";
import type { LoginHistory } from "../login-session/domain/risk/assess-risk.ts";
import type { Grant } from "../login-session/domain/grant.ts";
import type { AuthenticatedUser } from "../login-session/domain/authenticated-user.ts";
import { LOGOUTS, sendLogout } from "../oidc/backchannel/logout-token.ts";
import type { DpopProof } from "../oidc/dpop/dpop-proof.ts";
import { consumeJti } from "../oidc/dpop/jti-replay-cache.ts";
import { report } from "../telemetry/report.ts";
import type { AccountContext } from "./account-context.ts";
import type { RedeemedLogin, Refreshed, RefreshTokenInfo, SignedIn } from "./account-rpc.ts";
import { AccountStore } from "./account-store.ts";
import type { AuditEvent } from "./audit-log/audit-event.ts";
import type { HistoryLine } from "./audit-log/audit-log-policy.ts";
import { AuditLog } from "./audit-log/audit-log.ts";
import { AuditRecorder } from "./audit-log/audit-recorder.ts";
import { approverSignedOut } from "./audit-log/sign-out-events.ts";
import { BrowserSessionRegistry } from "./browser-sessions/browser-session-registry.ts";
import { BrowserSessions } from "./browser-sessions/browser-sessions.ts";
import { CodeReuse } from "./logins/code-reuse.ts";
import { Devices } from "./logins/devices.ts";
import { loginHistoryOf } from "./logins/known-devices.ts";
import type { NewLogin } from "./logins/login-record.ts";
import { LoginRegistry } from "./logins/login-registry.ts";
import type { RepeatedCode } from "./logins/redemption.ts";
import type { PresentedRefreshToken, RefreshError, RefreshUse } from "./logins/refresh-tokens.ts";
import { notificationForLogin } from "./notifications/notification-triggers.ts";
import { Notifications } from "./notifications/notifications.ts";
import { PushNotifications } from "./notifications/push-notifications.ts";
import { Passkeys } from "./passkeys/passkeys.ts";
import { ISSUER_APP, type ActionRefused } from "./phone-sessions/phone-permissions.ts";
import { PhoneSessions } from "./phone-sessions/phone-sessions.ts";
import { Phones } from "./phone-sessions/phones.ts";
import { Revocation } from "./phone-sessions/revocation.ts";
import { inheritTrustDelay, rootOf } from "./phone-sessions/trust-delay.ts";
import { recoveryCodesFor } from "./recovery/recovery-codes.ts";
import { Recovery } from "./recovery/recovery.ts";

/**
 * The Durable Object of one person, named by their `sub`: a built-in account, or a user of a trusted issuer. The logins
 * on screens are here; what people do on the account pages is in the parts (`passkeys()` and so on), which are called
 * by `pipelined`. Each method reads, decides by pure functions and writes, with no `await` between. Secrets are stored as
 * hashes only.
 */
export class Account extends DurableObject<Env> {
  readonly #account: AccountContext;
  readonly #logins: LoginRegistry;
  readonly #codeReuse: CodeReuse;
  readonly #auditLog: AuditLog;
  readonly #notifications: PushNotifications;
  readonly #alarm: AlarmScheduler;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const store = new AccountStore(ctx.storage, ctx.id.name?.startsWith(ACCOUNT_SUBJECT_PREFIX));
    const logouts = new OutboxStore(ctx.storage, LOGOUTS, (delivery) => sendLogout(env, delivery));
    this.#auditLog = new AuditLog(store);
    this.#notifications = new PushNotifications(ctx.storage, store, env);
    this.#alarm = new AlarmScheduler(ctx, [logouts, this.#notifications], {
      nextDeadline: () =>
        Math.min(
          this.#logins.nextPurge(),
          this.#auditLog.nextPurge(),
          this.#account.browserSessions.nextPurge(),
        ),
      purge: async () => {
        if (store.isEmpty) await ctx.storage.deleteAll();
      },
    });
    this.#logins = new LoginRegistry(env, store, logouts, this.#alarm);
    const audit = new AuditRecorder(env, store, this.#auditLog, this.#notifications, this.#alarm);
    const phones = new PhoneSessions(store);
    const revocation = new Revocation(store, phones, this.#logins, audit);
    const browserSessions = new BrowserSessionRegistry(store, phones, this.#logins);
    this.#account = { env, store, audit, phones, revocation, browserSessions };
    this.#codeReuse = new CodeReuse(this.#account, this.#logins);
  }

  passkeys(): Passkeys {
    return new Passkeys(this.#account);
  }

  phones(): Phones {
    return new Phones(this.#account, this.#codeReuse);
  }

  recovery(): Recovery {
    return new Recovery(this.#account);
  }

  devices(): Devices {
    return new Devices(this.#account, this.#logins);
  }

  browserSessions(): BrowserSessions {
    return new BrowserSessions(this.#account, this.#alarm);
  }

  notifications(): Notifications {
    return new Notifications(this.#account, this.#notifications);
  }

  /** The owner of a phone, by the hash of its secret. */
  whoIs(secretHash: string): Result<Omit<AuthenticatedUser, "sub"> & SignedIn, "not_signed_in"> {
    const { store, phones } = this.#account;
    const now = Date.now();
    const profile = store.profile();
    const session = profile && phones.touch(secretHash, now);
    if (!session) return err("not_signed_in");
    phones.recordUse(session, now);
    const { authTime, amr } = session;
    return ok({ name: profile.name, authTime, amr, phone: secretHash });
  }

  /**
   * Records a login, by the code of a login session, which has verified the code. The account alone decides whether the
   * code was redeemed: the session may be reset before it receives the answer, and asks again. A repeated request is
   * answered as in `redeemAgain`, with the login that was recorded before; otherwise the answer is null.
   */
  async beginLogin(
    login: NewLogin,
    presented?: RepeatedCode,
  ): Promise<Result<RedeemedLogin | null, RedeemError>> {
    const { store, phones, audit } = this.#account;
    const { grant } = login;
    if (store.isDeleted) return err("login_ended");
    if (presented && this.#logins.wasRedeemed(grant.sessionId)) {
      return await this.#redeemAgain(grant.sessionId, presented);
    }
    const config = configOf(this.env);
    const now = Date.now();
    const { phone } = grant.account;
    const approver = phone === undefined ? ISSUER_APP : phones.approver(phone, now);
    if (!approver) {
      await audit.record(approverSignedOut(grant), phones.rootOf(phone ?? "", now));
      return err("approver_signed_out");
    }
    // The browser was logged out between the approval by its session and the redemption.
    if (this.#hasLeftBrowser(grant, now)) return err("login_ended");
    const trustDelay = approver === ISSUER_APP ? {} : inheritTrustDelay(approver, now);
    const begun = this.#logins.begin({ ...login, ...trustDelay }, config, now);
    if (!begun.ok) return begun;
    const root = rootOf(trustDelay, now);
    // The phone that approved needs no notification.
    const except = approver === ISSUER_APP ? undefined : approver.secretHash;
    this.#notifications.enqueue(notificationForLogin(grant, now), { except, root });
    await this.#alarm.schedule(now + config.historyTtl, now);
    return begun;
  }

  /**
   * Answers a repeated code whose session is deleted, if the request is a retry. Reuse ends the login (RFC 6749 §4.1.2);
   * anything else changes nothing. The DPoP proof is used up only if the code and its verifier are right (RFC 9449 §11.1).
   */
  async redeemAgain(
    sessionId: string,
    presented: RepeatedCode,
    proof?: DpopProof,
  ): Promise<Result<RedeemedLogin, RedeemError>> {
    const checked = this.#logins.redeemAgain(sessionId, presented, Date.now());
    if (!checked.ok && checked.error !== "code_used") return checked;
    if (proof && !(await consumeJti(this.env, { jkt: proof.jkt }, proof.jti, proof.until))) {
      return err("proof_used");
    }
    return await this.#redeemAgain(sessionId, presented);
  }

  /** Voids the code of a login session that ends, unless it was redeemed. */
  async voidCode(sessionId: string): Promise<{ wasRedeemed: boolean }> {
    const wasRedeemed = this.wasRedeemed(sessionId);
    if (!wasRedeemed) await this.endLogin(sessionId);
    return { wasRedeemed };
  }

  /** Whether the code of a login session was redeemed, by a client or by a phone. */
  wasRedeemed(sessionId: string): boolean {
    const isLinked = this.#account.phones.linkedBy(sessionId) !== undefined;
    return isLinked || this.#logins.wasRedeemed(sessionId);
  }

  /** A redeemed code was presented again. */
  async codeReused(sessionId: string, clientId: string): Promise<void> {
    await this.#codeReuse.end(sessionId, clientId);
  }

  /** Whether a login is active. The caller is about to serve it, so it counts as used. */
  isLoggedIn(sessionId: string): boolean {
    return this.#logins.use(sessionId, Date.now()) !== undefined;
  }

  /**
   * Rotates a refresh token. A spent token shows that somebody else has a copy, so the login ends (RFC 9700 §4.14.2).
   */
  async refresh(sessionId: string, use: RefreshUse): Promise<Result<Refreshed, RefreshError>> {
    const now = Date.now();
    const refreshed = this.#logins.refresh(sessionId, use, now);
    if (!refreshed.ok && refreshed.error === "refresh_token_used") {
      const clientId = this.#logins.active(sessionId, now)?.grant.clientId;
      const root = this.#logins.rootOf(sessionId, now);
      await this.endLogin(sessionId);
      const context = { sid: sessionId, ...defined({ clientId }) };
      const event = { type: "attack", what: "refresh_token_reused", ...context } as const;
      await this.#account.audit.record(event, root);
    }
    return refreshed;
  }

  /** Describes a refresh token. Writes nothing. */
  introspectRefreshToken(
    sessionId: string,
    token: PresentedRefreshToken,
  ): Result<RefreshTokenInfo, RefreshError> {
    return this.#logins.introspectRefreshToken(sessionId, token, Date.now());
  }

  /**
   * Ends a login. Its client is sent a logout token unless `notifyClient` is false: only a client that authenticated
   * and requested the end itself needs none.
   */
  async endLogin(
    sessionId: string,
    { by = "server", ...options }: { by?: "client" | "server"; notifyClient?: boolean } = {},
  ): Promise<void> {
    await this.#logins.endAndNotify([sessionId], by, options);
  }

  /** The devices that the risk rules compare a new login with. */
  loginHistory(): LoginHistory {
    const records = this.#account.store.logins().map(([, record]) => record);
    return loginHistoryOf(records, Date.now());
  }

  /** The audit log, for the owner. */
  history(): HistoryLine[] {
    return this.#auditLog.lines(Date.now());
  }

  /** Records an event. `phone`: the account's phone that caused it, by the hash of its secret. */
  async appendAuditEvent(event: AuditEvent, phone?: string): Promise<void> {
    const { phones, audit } = this.#account;
    const root = phone === undefined ? undefined : phones.rootOf(phone, Date.now());
    await audit.record(event, root);
  }

  /**
   * Deletes the account, for its phone `by`: every login ends, and nothing is left but the logout tokens, until their
   * clients have received them.
   */
  async erase(by: string): Promise<Result<null, ActionRefused>> {
    const { store, phones } = this.#account;
    const now = Date.now();
    const allowed = phones.authorize({ type: "delete_account" }, by, now);
    if (!allowed.ok) return allowed;
    for (const { sid } of this.#logins.devices(now)) this.#logins.end(sid, "owner", now);
    report(this.env, { type: "account_deleted" });
    const recovery = store.recovery();
    store.deleteAllBut(OUTBOX_KEY);
    await this.#alarm.sendDue(now);
    if (recovery) await recoveryCodesFor(this.env, recovery.locator).delete();
    return ok(null);
  }

  /** Deletes what is kept no longer, and retries what could not be sent. */
  override async alarm(): Promise<void> {
    const now = Date.now();
    this.#logins.purge(now);
    this.#auditLog.purge(now);
    this.#account.browserSessions.purge(now);
    await this.#alarm.sendDue(now);
  }

  #hasLeftBrowser({ browserSession }: Grant, now: number): boolean {
    if (browserSession === undefined) return false;
    return this.#account.browserSessions.byId(browserSession, now) === undefined;
  }

  async #redeemAgain(
    sessionId: string,
    presented: RepeatedCode,
  ): Promise<Result<RedeemedLogin, RedeemError>> {
    const repeated = this.#logins.redeemAgain(sessionId, presented, Date.now());
    return await this.#codeReuse.endIfReused(sessionId, presented, repeated);
  }
}
