import { defined } from "../lib/defined.ts";
import { DurableObject } from "cloudflare:workers";
import { ACCOUNT_SUBJECT_PREFIX, configOf } from "../config/index.ts";
import { OutboxStore, OUTBOX_KEY } from "../lib/outbox/outbox-store.ts";
import { LOGOUTS, sendLogout } from "../oidc/backchannel/logout-token.ts";
import { report } from "../telemetry/report.ts";
import { err, ok, type Result } from "../lib/result.ts";
import type { RedeemError } from "../login-session/domain/errors.ts";
import type { Grant } from "../login-session/domain/grant.ts";
import type { LoginHistory } from "../login-session/domain/risk/assess-risk.ts";
import type { DpopProof } from "../oidc/dpop/dpop-proof.ts";
import { consumeJti } from "../oidc/dpop/jti-replay-cache.ts";
import type { Subscription } from "../web-push/subscription.ts";
import type {
  AuthenticationMethods,
  LinkedPhone,
  PhoneSessionInit,
  RedeemedLogin,
  RefreshTokenInfo,
  Refreshed,
  Registration,
  SignIn,
  StepUp,
} from "./account-rpc.ts";
import { accountEvent } from "./account-telemetry.ts";
import { isExpired, type NewCredential, type PhoneLink } from "./account-state.ts";
import { AccountStore } from "./account-store.ts";
import { AlarmScheduler } from "../lib/alarm-scheduler.ts";
import {
  authorize,
  ISSUER_APP,
  type Action,
  type ActionRefused,
} from "./phone-sessions/authorize-phone.ts";
import type { DeviceSummary } from "./logins/device-summary.ts";
import { AccountAuthentication, type LinkError } from "./account-authentication.ts";
import { AuditLog } from "./audit-log/audit-log.ts";
import type { AuditEvent } from "./audit-log/audit-event.ts";
import type { HistoryLine } from "./audit-log/audit-log-policy.ts";
import type { EndedBy, NewLogin } from "./logins/login-record.ts";
import { LoginRegistry } from "./logins/login-registry.ts";
import { notificationFor, notificationForLogin } from "./notifications/notification-triggers.ts";
import { PushNotifications } from "./notifications/push-notifications.ts";
import type { PhoneSummary } from "./phone-sessions/phone-summary.ts";
import { inheritTrustDelay, rootOf } from "./phone-sessions/trust-delay.ts";
import type { NewRecoveryCode } from "./recovery/recovery.ts";
import { recoveryCodesFor } from "./recovery/recovery-codes.ts";
import type { RepeatedCode } from "./logins/redemption.ts";
import type { PresentedRefreshToken, RefreshError, RefreshUse } from "./logins/refresh-tokens.ts";
import { loginHistoryOf } from "./logins/known-devices.ts";

/**
 * One person: the object named by their `sub`. Who enters it and how is in entrance.ts, which an account of
 * another issuer never comes to; the screens are in logins.ts. What can be called from outside is
 * here, and no more than that: each call reads, decides by pure functions and writes, with no `await`
 * between; nothing is kept in memory but a count, and no secret but as its hash.
 */
export class Account extends DurableObject<Env> {
  readonly #store: AccountStore;
  readonly #entrance: AccountAuthentication;
  readonly #logins: LoginRegistry;
  readonly #history: AuditLog;
  readonly #notices: PushNotifications;
  readonly #alarm: AlarmScheduler;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const logouts = new OutboxStore(ctx.storage, LOGOUTS, (delivery) => sendLogout(env, delivery));
    this.#store = new AccountStore(ctx.storage);
    this.#entrance = new AccountAuthentication(this.#store, env, (event, root) =>
      this.#record(event, root),
    );
    this.#logins = new LoginRegistry(this.#store, logouts, env);
    this.#history = new AuditLog(this.#store);
    this.#notices = new PushNotifications(ctx.storage, this.#store, env);
    this.#alarm = new AlarmScheduler(ctx, [logouts, this.#notices], {
      nextDeadline: () => Math.min(this.#logins.nextForgetting(), this.#history.nextForgetting()),
      purge: async () => {
        if (this.#store.isEmpty) await ctx.storage.deleteAll();
      },
    });
  }

  register(registration: Registration) {
    return this.#entrance.register(registration);
  }

  signIn(request: SignIn) {
    return this.#entrance.signIn(request);
  }

  /**
   * Lets a phone in by the code of a login session, which has found it good. As for `beginLogin`, this is
   * the one place that decides whether the code was redeemed, and a repeat is answered again.
   */
  async link(
    grant: Grant,
    phone: PhoneSessionInit,
    redemption: Omit<PhoneLink, "redeemedAt">,
    presented: RepeatedCode,
  ): Promise<Result<LinkedPhone, LinkError | RedeemError>> {
    if (this.#isGone) return err("login_ended");
    if (this.#entrance.isLinkedBy(grant.sessionId)) {
      return await this.#endIfReused(
        grant.sessionId,
        presented,
        this.#entrance.linkAgain(grant.sessionId, presented, Date.now()),
      );
    }
    const linked = await this.#entrance.link(phone, redemption, grant.account.phone ?? "");
    if (!linked.ok && linked.error === "approver_signed_out") {
      await this.#noteSignedOut(grant, Date.now());
    }
    return linked;
  }

  recover(locator: string, phone: PhoneSessionInit) {
    return this.#entrance.recover(locator, phone);
  }

  stepUp(request: StepUp) {
    return this.#entrance.stepUp(request);
  }

  whoIs(secretHash: string) {
    return this.#entrance.whoIs(secretHash);
  }

  signOut(secretHash: string): void {
    this.#entrance.signOut(secretHash);
  }

  phones(secretHash: string): PhoneSummary[] {
    return this.#entrance.phones(secretHash);
  }

  endPhone(id: string, by: string) {
    return this.#entrance.endPhone(id, by);
  }

  endOtherPhones(by: string) {
    return this.#entrance.endOtherPhones(by);
  }

  authenticationMethods(secretHash: string): AuthenticationMethods {
    return this.#entrance.keys(secretHash);
  }

  addPasskey(credential: NewCredential, begunAt: number, phone: PhoneSessionInit) {
    return this.#entrance.addPasskey(credential, begunAt, phone);
  }

  renamePasskey(id: string, name: string, by: string) {
    return this.#entrance.renamePasskey(id, name, by);
  }

  removePasskey(id: string, by: string) {
    return this.#entrance.removePasskey(id, by);
  }

  replaceRecoveryCode(code: NewRecoveryCode, by: string) {
    return this.#entrance.replaceRecoveryCode(code, by);
  }

  recoveryGuessed(locator: string): Promise<void> {
    return this.#entrance.recoveryGuessed(locator);
  }

  /**
   * Remembers that a screen was logged in, by the code of a login session, which has found it good. This
   * is the one place that decides whether the code was redeemed: the session may be reset before it
   * hears the answer, and asks again then. So a repeat is answered as in `redeemAgain`, with the login
   * that was recorded before; otherwise with null.
   */
  async beginLogin(
    login: NewLogin,
    presented?: RepeatedCode,
  ): Promise<Result<RedeemedLogin | null, RedeemError>> {
    const { grant } = login;
    if (this.#isGone) return err("login_ended");
    if (presented && this.#logins.wasRedeemed(grant.sessionId)) {
      return await this.#redeemAgain(grant.sessionId, presented);
    }
    const config = configOf(this.env);
    const now = Date.now();
    const { phone } = grant.account;
    const approver = phone === undefined ? ISSUER_APP : this.#store.session(phone);
    if (!approver || (approver !== ISSUER_APP && isExpired(approver, now))) {
      await this.#noteSignedOut(grant, now);
      return err("approver_signed_out");
    }
    const origin = approver === ISSUER_APP ? {} : inheritTrustDelay(approver, now);
    const begun = this.#logins.begin({ ...login, ...origin }, config, now);
    if (!begun.ok) return begun;
    // Whoever approved it knows of it.
    this.#notices.tell(notificationForLogin(grant, now), {
      except: phone,
      root: rootOf(origin, now),
    });
    await this.#alarm.schedule(now + config.historyTtl, now);
    return begun;
  }

  /**
   * A code comes whose session is gone. It is answered again where this is a retry. Reuse ends what
   * the code gave (RFC 6749 §4.1.2); anything else changes nothing. The DPoP proof is only taken note of
   * where the code and its proof are right (RFC 9449 §11.1).
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

  /** The same for a code that let a phone in. */
  async linkAgain(
    sessionId: string,
    presented: RepeatedCode,
  ): Promise<Result<LinkedPhone, RedeemError>> {
    const again = this.#entrance.linkAgain(sessionId, presented, Date.now());
    return await this.#endIfReused(sessionId, presented, again);
  }

  /**
   * Makes the code of a login session void, for its session that ends, unless it was redeemed. Tells
   * whether it was: then the session has ended by that.
   */
  async voidCode(sessionId: string): Promise<{ wasRedeemed: boolean }> {
    const wasRedeemed = this.wasRedeemed(sessionId);
    if (!wasRedeemed) await this.endLogin(sessionId);
    return { wasRedeemed };
  }

  /** Whether the code of a login session was redeemed. */
  wasRedeemed(sessionId: string): boolean {
    return this.#logins.wasRedeemed(sessionId) || this.#entrance.isLinkedBy(sessionId);
  }

  /**
   * Whether what a login gave is still good. One that isn't known gave nothing. Whoever asks is
   * about to serve the login, so it counts as used.
   */
  isLoggedIn(sessionId: string): boolean {
    return this.#logins.use(sessionId, Date.now()) !== undefined;
  }

  /**
   * Exchanges a refresh token for its successor. One that is spent shows that somebody else has a copy,
   * so the login ends (RFC 9700 §4.14.2).
   */
  async refresh(sessionId: string, use: RefreshUse): Promise<Result<Refreshed, RefreshError>> {
    const refreshed = this.#logins.refresh(sessionId, use, Date.now());
    if (!refreshed.ok && refreshed.error === "refresh_token_used") {
      const clientId = this.#logins.active(sessionId, Date.now())?.grant.clientId;
      const root = this.#logins.rootOf(sessionId, Date.now());
      await this.endLogin(sessionId);
      const about = { sid: sessionId, ...defined({ clientId }) };
      await this.#record({ type: "attack", what: "refresh_token_reused", ...about }, root);
    }
    return refreshed;
  }

  /** What a refresh token is good for. To ask changes nothing. */
  introspectRefreshToken(
    sessionId: string,
    token: PresentedRefreshToken,
  ): Result<RefreshTokenInfo, RefreshError> {
    return this.#logins.introspectRefreshToken(sessionId, token, Date.now());
  }

  /**
   * Ends a login. Its client is sent a logout token unless `tell` is false: only a client that
   * authenticated and asked for the end itself needs none.
   */
  async endLogin(
    sessionId: string,
    { by = "server", tell = true }: { by?: "client" | "server"; tell?: boolean } = {},
  ): Promise<void> {
    await this.#end([sessionId], by, { tell });
  }

  /** A code came that had been redeemed before: what it gave is void, a login or a phone that was let in (RFC 6749 §4.1.2). */
  async codeReused(sessionId: string, clientId: string): Promise<void> {
    const root = this.#logins.rootOf(sessionId, Date.now());
    await this.#entrance.closeLinked(sessionId);
    await this.endLogin(sessionId);
    await this.#record({ type: "attack", what: "code_reused", sid: sessionId, clientId }, root);
  }

  /**
   * The screens that are logged in, for their owner to see, and those that ended without them while they are
   * asked whether that was them. The one that was used last comes first.
   */
  devices(): DeviceSummary[] {
    return this.#logins.devices(Date.now());
  }

  /** The owner logs a screen out, or says that it never was theirs. `phone`: the one that asks, if it is one of ours. */
  async endDevice(
    sessionId: string,
    by: Extract<EndedBy, "owner" | "stranger">,
    phone: string | undefined,
  ): Promise<Result<null, ActionRefused | "device_unknown">> {
    const now = Date.now();
    const screen = this.#logins.endable(sessionId, by, now);
    const targets = screen ? [screen] : [];
    const allowed = this.#authorize({ type: "end_screens", targets }, phone, now);
    if (!allowed.ok) return allowed;
    if (!screen) return err("device_unknown");
    await this.#end([sessionId], by);
    return ok(null);
  }

  async endDevices(phone: string | undefined): Promise<Result<null, ActionRefused>> {
    const now = Date.now();
    const screens = this.devices().map(({ sid }) => sid);
    const targets = screens.flatMap((sid) => this.#logins.endable(sid, "owner", now) ?? []);
    const allowed = this.#authorize({ type: "end_screens", targets }, phone, now);
    if (!allowed.ok) return allowed;
    if (screens.length > 0) await this.#end(screens, "owner");
    return ok(null);
  }

  /** The owner says that a screen is theirs. */
  confirmDevice(
    sessionId: string,
    phone: string | undefined,
  ): Result<null, ActionRefused | "device_unknown"> {
    const now = Date.now();
    const allowed = this.#authorize({ type: "confirm_screen" }, phone, now);
    if (!allowed.ok) return allowed;
    return this.#logins.confirm(sessionId, now) ? ok(null) : err("device_unknown");
  }

  /** What the account is known for, for judging the risk of one more login. */
  loginHistory(): LoginHistory {
    const now = Date.now();
    return loginHistoryOf(
      this.#store.logins().map(([, record]) => record),
      now,
    );
  }

  history(): HistoryLine[] {
    return this.#history.lines(Date.now());
  }

  /** Whether a phone is told of what happens here. */
  hasNotifications(phone: string): boolean {
    return this.#notices.isOn(phone);
  }

  /** From now on a phone is told. */
  async enableNotifications(
    phone: string,
    subscription: Subscription,
  ): Promise<Result<null, ActionRefused>> {
    const now = Date.now();
    const allowed = this.#entrance.authorize({ type: "turn_notices_on" }, phone, now);
    if (!allowed.ok) return allowed;
    const before = this.#notices.isOn(phone);
    this.#notices.subscribe(allowed.value, subscription, now);
    if (!before) await this.#record({ type: "notices_on" }, rootOf(allowed.value, now));
    return ok(null);
  }

  async disableNotifications(phone: string): Promise<Result<null, ActionRefused>> {
    const now = Date.now();
    const allowed = this.#entrance.authorize({ type: "turn_notices_off" }, phone, now);
    if (!allowed.ok) return allowed;
    const before = this.#notices.isOn(phone);
    this.#notices.forget(phone);
    if (before) await this.#record({ type: "notices_off" }, rootOf(allowed.value, now));
    return ok(null);
  }

  /**
   * Remembers an event for the owner to read, and tells what is urgent to the owner's phones. `phone`: the one that has
   * brought it about, if it was one of the account's.
   */
  async appendAuditEvent(event: AuditEvent, phone?: string): Promise<void> {
    const root = phone === undefined ? undefined : this.#entrance.rootOf(phone, Date.now());
    await this.#record(event, root);
  }

  /**
   * Deletes the account, for who holds one of its phones: every login ends, and nothing is left but what
   * clients must still be told of that, until they are.
   */
  async erase(by: string): Promise<Result<null, ActionRefused>> {
    const now = Date.now();
    const allowed = this.#entrance.authorize({ type: "delete_account" }, by, now);
    if (!allowed.ok) return allowed;
    for (const { sid } of this.#logins.devices(now)) this.#logins.end(sid, "owner", now);
    report(this.env, { type: "account_deleted" });
    const recovery = this.#store.recovery();
    this.#store.deleteAllBut(OUTBOX_KEY);
    await this.#alarm.sendDue(now);
    if (recovery) await recoveryCodesFor(this.env, recovery.locator).forget();
    return ok(null);
  }

  /** The one alarm: forgets what has nothing more to say, and tells again who hasn't heard. */
  override async alarm(): Promise<void> {
    const now = Date.now();
    this.#logins.forget(now);
    this.#history.forget(now);
    await this.#alarm.sendDue(now);
  }

  async #redeemAgain(
    sessionId: string,
    presented: RepeatedCode,
  ): Promise<Result<RedeemedLogin, RedeemError>> {
    const again = this.#logins.redeemAgain(sessionId, presented, Date.now());
    return await this.#endIfReused(sessionId, presented, again);
  }

  /** Ends what a code gave, where it turned out to be reused. */
  async #endIfReused<Value>(
    sessionId: string,
    { clientId }: RepeatedCode,
    again: Result<Value, RedeemError>,
  ): Promise<Result<Value, RedeemError>> {
    if (again.ok || again.error !== "code_used") return again;
    report(this.env, {
      type: "session_refused",
      client: clientId,
      session: sessionId,
      why: again.error,
    });
    await this.codeReused(sessionId, clientId);
    return again;
  }

  /** Tells the owner that a login came to nothing since the phone that approved it was signed out. */
  async #noteSignedOut({ clientId, sessionId, screen, account }: Grant, now: number) {
    const { browser, system, city, country } = screen;
    const event: AuditEvent = {
      type: "login_refused",
      reasons: [{ code: "approver_signed_out" }],
      clientId,
      sid: sessionId,
      ...defined({ browser, system, city, country }),
    };
    await this.#record(event, this.#entrance.rootOf(account.phone ?? "", now));
  }

  /** Whether this is a built-in account that was deleted, or never created. */
  get #isGone(): boolean {
    return this.#isBuiltIn === true && !this.#store.profile();
  }

  /** Whether this is an account of passkeys: its name tells, if it is known. */
  get #isBuiltIn(): boolean | undefined {
    return this.ctx.id.name?.startsWith(ACCOUNT_SUBJECT_PREFIX);
  }

  /** Accounts of passkeys are used by their phones alone, and those of other issuers by their apps. */
  #authorize(
    action: Action,
    phone: string | undefined,
    now: number,
  ): Result<unknown, ActionRefused> {
    if (phone !== undefined) return this.#entrance.authorize(action, phone, now);
    return authorize(action, this.#isBuiltIn === false ? ISSUER_APP : undefined, undefined, now);
  }

  async #record(event: AuditEvent, root: string | undefined): Promise<void> {
    if (this.#isGone) return;
    const { historyTtl } = configOf(this.env);
    const now = Date.now();
    const noted = { ...event, ...defined({ root }) };
    const news = this.#history.note(noted, historyTtl, now)
      ? notificationFor(event, now)
      : undefined;
    if (news) this.#notices.tell(news, { root });
    const reported = accountEvent(event);
    if (reported) report(this.env, reported);
    await this.#alarm.schedule(now + historyTtl, now);
  }

  async #end(
    sessionIds: readonly string[],
    by: EndedBy,
    { tell = true }: { tell?: boolean } = {},
  ): Promise<void> {
    if (this.#isGone) return;
    const now = Date.now();
    const forgettings = sessionIds.map((id) => this.#logins.end(id, by, now, { tell }));
    await this.#alarm.schedule(Math.min(...forgettings), now);
  }
}
