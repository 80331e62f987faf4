import { DurableObject } from "cloudflare:workers";
import { ACCOUNT_SUBJECT_PREFIX, configOf } from "../config.ts";
import { Deliveries, OUTBOX_KEY } from "../delivery/deliveries.ts";
import { sendLogout, type Logout } from "../delivery/logout-token.ts";
import { report } from "../events/report.ts";
import { refusal, success, type RedeemError, type Result } from "../login/errors.ts";
import type { Grant } from "../login/grant.ts";
import type { Standing } from "../login/risk.ts";
import type { DpopProof } from "../oauth/dpop-proof.ts";
import { useOnce } from "../oauth/replays.ts";
import type { Subscription } from "../push/subscription.ts";
import type {
  Keys,
  LinkedPhone,
  NewPhone,
  RedeemedLogin,
  Refreshable,
  Refreshed,
  Registration,
  SignIn,
  StepUp,
} from "./account-calls.ts";
import { accountEvent } from "./account-event.ts";
import type { NewCredential, PhoneLink } from "./account-state.ts";
import { AccountStore } from "./account-store.ts";
import { Agenda } from "./agenda.ts";
import type { DeviceSummary } from "./device-summary.ts";
import { Entrance, type LinkError } from "./entrance.ts";
import { HistoryBook } from "./history-book.ts";
import type { HistoryEvent } from "./history-event.ts";
import type { HistoryLine } from "./history.ts";
import type { EndedBy, NewLogin } from "./login-record.ts";
import { Logins, redeemedLogin } from "./logins.ts";
import { newsOf, newsOfLogin } from "./news.ts";
import { Notices } from "./notices.ts";
import type { PhoneSummary } from "./phone-summary.ts";
import type { NewRecoveryCode } from "./recovery.ts";
import { recoveryCodesFor } from "./recovery-codes.ts";
import type { RepeatedCode } from "./redemption.ts";
import type { PresentedRefreshToken, RefreshError, RefreshUse } from "./refresh-family.ts";
import { standingOf } from "./standing.ts";

/**
 * One person: the object named by their `sub`. Who enters it and how is in entrance.ts, which an account of
 * another issuer never comes to; the screens are in logins.ts. What can be called from outside is
 * here, and no more than that: each call reads, decides by pure functions and writes, with no `await`
 * between; nothing is kept in memory but a count, and no secret but as its hash.
 */
export class Account extends DurableObject<Env> {
  readonly #store: AccountStore;
  readonly #entrance: Entrance;
  readonly #logins: Logins;
  readonly #history: HistoryBook;
  readonly #notices: Notices;
  readonly #agenda: Agenda;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const logouts = new Deliveries<Logout>(ctx.storage, ({ id, message }) =>
      sendLogout(env, id, message),
    );
    this.#store = new AccountStore(ctx.storage);
    this.#entrance = new Entrance(this.#store, env, (event) => this.note(event));
    this.#logins = new Logins(this.#store, logouts, env);
    this.#history = new HistoryBook(this.#store);
    this.#notices = new Notices(ctx.storage, this.#store, env);
    const outgoing = [logouts, this.#notices];
    this.#agenda = new Agenda(ctx, this.#store, outgoing, [this.#logins, this.#history]);
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
    phone: NewPhone,
    redemption: Omit<PhoneLink, "redeemedAt">,
    presented: RepeatedCode,
  ): Promise<Result<LinkedPhone, LinkError | RedeemError>> {
    if (this.#isGone) return refusal("login_ended");
    if (this.#entrance.isLinkedBy(grant.sessionId)) {
      return await this.#endIfReused(
        grant.sessionId,
        presented,
        this.#entrance.linkAgain(grant.sessionId, presented, Date.now()),
      );
    }
    const linked = await this.#entrance.link(phone, redemption, grant.account.phone ?? "");
    if (!linked.ok && linked.error === "approver_signed_out") await this.#noteSignedOut(grant);
    return linked;
  }

  recover(locator: string, phone: NewPhone) {
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

  keys(secretHash: string): Keys {
    return this.#entrance.keys(secretHash);
  }

  addPasskey(credential: NewCredential, begunAt: number, phone: NewPhone) {
    return this.#entrance.addPasskey(credential, begunAt, phone);
  }

  renamePasskey(id: string, name: string) {
    return this.#entrance.renamePasskey(id, name);
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
   * hears the answer, and asks again then. So a repeat is answered as in `redeemAgain`.
   */
  async beginLogin(
    login: NewLogin,
    presented?: RepeatedCode,
  ): Promise<Result<RedeemedLogin, RedeemError>> {
    const { grant } = login;
    if (this.#isGone) return refusal("login_ended");
    if (presented && this.#logins.wasRedeemed(grant.sessionId)) {
      return await this.#redeemAgain(grant.sessionId, presented);
    }
    const { phone } = grant.account;
    if (phone !== undefined && !this.#entrance.isSignedIn(phone)) {
      await this.#noteSignedOut(grant);
      return refusal("approver_signed_out");
    }
    const config = configOf(this.env);
    const now = Date.now();
    const begun = this.#logins.begin(login, config, now);
    if (!begun.ok) return begun;
    // Whoever approved it knows of it.
    this.#notices.tell(newsOfLogin(grant, now), { except: phone });
    await this.#agenda.settle(now + config.historyTtl, now);
    return success(redeemedLogin(login));
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
    if (proof && !(await useOnce(this.env, { jkt: proof.jkt }, proof.jti, proof.until))) {
      return refusal("proof_used");
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
      await this.endLogin(sessionId);
      await this.note({
        type: "attack",
        what: "refresh_token_reused",
        sid: sessionId,
        ...(clientId === undefined ? {} : { clientId }),
      });
    }
    return refreshed;
  }

  /** What a refresh token is good for. To ask changes nothing. */
  whatRefreshes(
    sessionId: string,
    token: PresentedRefreshToken,
  ): Result<Refreshable, RefreshError> {
    return this.#logins.whatRefreshes(sessionId, token, Date.now());
  }

  /** Ends a login. Where its client, `by`, asked for that, it isn't told. */
  async endLogin(sessionId: string, { by }: { by?: string } = {}): Promise<void> {
    await this.#end([sessionId], by === undefined ? "server" : { client: by });
  }

  /** A code came that had been redeemed before: what it gave is void, a login or a phone that was let in (RFC 6749 §4.1.2). */
  async codeReused(sessionId: string, clientId: string): Promise<void> {
    await this.#entrance.closeLinked(sessionId);
    await this.endLogin(sessionId);
    await this.note({ type: "attack", what: "code_reused", sid: sessionId, clientId });
  }

  /** The screens that are logged in, for their owner to see: the one that was used last comes first. */
  devices(): DeviceSummary[] {
    return this.#logins.devices(Date.now());
  }

  /** The owner logs a screen out, or says that it never was theirs. */
  async endDevice(
    sessionId: string,
    by: Extract<EndedBy, "owner" | "stranger">,
  ): Promise<Result<null, "device_unknown">> {
    if (!this.#logins.active(sessionId, Date.now())) return refusal("device_unknown");
    await this.#end([sessionId], by);
    return success(null);
  }

  async endDevices(): Promise<void> {
    const all = this.devices().map(({ sid }) => sid);
    if (all.length > 0) await this.#end(all, "owner");
  }

  /** The owner says that a screen is theirs. */
  confirmDevice(sessionId: string): Result<null, "device_unknown"> {
    return this.#logins.confirm(sessionId, Date.now()) ? success(null) : refusal("device_unknown");
  }

  /** What the account is known for, for judging the risk of one more login. */
  standing(): Standing {
    const now = Date.now();
    return standingOf(
      this.#store.logins().map(([, record]) => record),
      now,
    );
  }

  history(): HistoryLine[] {
    return this.#history.lines(Date.now());
  }

  /** Whether a phone is told of what happens here. */
  noticesOn(phone: string): boolean {
    return this.#notices.isOn(phone);
  }

  /** From now on a phone is told. */
  async turnNoticesOn(
    phone: string,
    subscription: Subscription,
  ): Promise<Result<null, "not_signed_in">> {
    const before = this.#notices.isOn(phone);
    if (!this.#notices.subscribe(phone, subscription)) return refusal("not_signed_in");
    if (!before) await this.note({ type: "notices_on" });
    return success(null);
  }

  async turnNoticesOff(phone: string): Promise<void> {
    const before = this.#notices.isOn(phone);
    this.#notices.forget(phone);
    if (before) await this.note({ type: "notices_off" });
  }

  /** Remembers an event for the owner to read, and tells what is urgent to the owner's phones. */
  async note(event: HistoryEvent): Promise<void> {
    if (this.#isGone) return;
    const { historyTtl } = configOf(this.env);
    const now = Date.now();
    const news = this.#history.note(event, historyTtl, now) ? newsOf(event, now) : undefined;
    if (news) this.#notices.tell(news);
    const reported = accountEvent(event);
    if (reported) report(this.env, reported);
    await this.#agenda.settle(now + historyTtl, now);
  }

  /**
   * Deletes the account, for who holds one of its phones: every login ends, and nothing is left but what
   * clients must still be told of that, until they are.
   */
  async erase(by: string): Promise<Result<null, "phone_unconfirmed">> {
    if (this.#entrance.isUnconfirmed(by)) return refusal("phone_unconfirmed");
    const now = Date.now();
    for (const { sid } of this.#logins.devices(now)) this.#logins.end(sid, "owner", now);
    report(this.env, { type: "account_deleted" });
    const recovery = this.#store.recovery();
    this.#store.deleteAllBut(OUTBOX_KEY);
    await this.#agenda.work(now);
    if (recovery) await recoveryCodesFor(this.env, recovery.locator).forget();
    return success(null);
  }

  /** The one alarm: forgets what has nothing more to say, and tells again who hasn't heard. */
  override async alarm(): Promise<void> {
    await this.#agenda.work(Date.now());
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
  async #noteSignedOut({ clientId, sessionId, screen }: Grant): Promise<void> {
    const { browser, system, city, country } = screen;
    await this.note({
      type: "login_refused",
      reasons: [{ code: "approver_signed_out" }],
      clientId,
      sid: sessionId,
      ...(browser === undefined ? {} : { browser }),
      ...(system === undefined ? {} : { system }),
      ...(city === undefined ? {} : { city }),
      ...(country === undefined ? {} : { country }),
    });
  }

  /** Whether this is a built-in account that was deleted, or never created. */
  get #isGone(): boolean {
    const isBuiltIn = this.ctx.id.name?.startsWith(ACCOUNT_SUBJECT_PREFIX) ?? false;
    return isBuiltIn && !this.#store.profile();
  }

  async #end(sessionIds: readonly string[], by: EndedBy | { client: string }): Promise<void> {
    if (this.#isGone) return;
    const now = Date.now();
    const forgettings = sessionIds.map((sessionId) => this.#logins.end(sessionId, by, now));
    await this.#agenda.settle(Math.min(...forgettings), now);
  }
}
