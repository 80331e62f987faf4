import { DurableObject } from "cloudflare:workers";
import { ACCOUNT_SUBJECT_PREFIX, configOf } from "../config.ts";
import { Deliveries, OUTBOX_KEY } from "../delivery/deliveries.ts";
import { sendLogout, type Logout } from "../delivery/logout-token.ts";
import { report } from "../events/report.ts";
import { refusal, success, type Result } from "../login/errors.ts";
import type { Standing } from "../login/risk.ts";
import type { Subscription } from "../push/subscription.ts";
import type {
  Keys,
  NewPhone,
  Refreshable,
  Refreshed,
  Registration,
  SignIn,
  StepUp,
} from "./account-calls.ts";
import { accountEvent } from "./account-event.ts";
import type { NewCredential } from "./account-state.ts";
import { AccountStore } from "./account-store.ts";
import { Agenda } from "./agenda.ts";
import { authorize, ISSUER_APP, type Action, type ActionRefused } from "./authorize-phone.ts";
import type { DeviceSummary } from "./device-summary.ts";
import { Entrance } from "./entrance.ts";
import { HistoryBook } from "./history-book.ts";
import type { HistoryEvent } from "./history-event.ts";
import type { HistoryLine } from "./history.ts";
import type { EndedBy } from "./login-record.ts";
import { Logins, type NewLogin } from "./logins.ts";
import { newsOf, newsOfLogin } from "./news.ts";
import { Notices } from "./notices.ts";
import type { PhoneSummary } from "./phone-summary.ts";
import { inherited, rootOf } from "./probation.ts";
import type { NewRecoveryCode } from "./recovery.ts";
import { recoveryCodesFor } from "./recovery-codes.ts";
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
    this.#entrance = new Entrance(this.#store, env, (event, root) => this.#record(event, root));
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

  link(sessionId: string, phone: NewPhone, approver: string) {
    return this.#entrance.link(sessionId, phone, approver);
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

  /** Remembers that a screen was logged in. */
  async beginLogin(login: NewLogin): Promise<Result<null, "login_ended">> {
    if (this.#isGone) return refusal("login_ended");
    const config = configOf(this.env);
    const now = Date.now();
    const { phone } = login.grant.account;
    const approver = phone === undefined ? ISSUER_APP : this.#store.session(phone);
    // The phone that approved it was signed out since.
    if (!approver) return refusal("login_ended");
    const origin = approver === ISSUER_APP ? {} : inherited(approver, now);
    const begun = this.#logins.begin({ ...login, ...origin }, config, now);
    if (!begun.ok) return begun;
    // Whoever approved it knows of it.
    this.#notices.tell(newsOfLogin(login.grant, now), { except: phone, root: rootOf(origin, now) });
    await this.#agenda.settle(now + config.historyTtl, now);
    return begun;
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
      const about = { sid: sessionId, ...(clientId === undefined ? {} : { clientId }) };
      await this.#record({ type: "attack", what: "refresh_token_reused", ...about }, root);
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
    if (!screen) return refusal("device_unknown");
    await this.#end([sessionId], by);
    return success(null);
  }

  async endDevices(phone: string | undefined): Promise<Result<null, ActionRefused>> {
    const now = Date.now();
    const screens = this.devices().map(({ sid }) => sid);
    const targets = screens.flatMap((sid) => this.#logins.endable(sid, "owner", now) ?? []);
    const allowed = this.#authorize({ type: "end_screens", targets }, phone, now);
    if (!allowed.ok) return allowed;
    if (screens.length > 0) await this.#end(screens, "owner");
    return success(null);
  }

  /** The owner says that a screen is theirs. */
  confirmDevice(
    sessionId: string,
    phone: string | undefined,
  ): Result<null, ActionRefused | "device_unknown"> {
    const now = Date.now();
    const allowed = this.#authorize({ type: "confirm_screen" }, phone, now);
    if (!allowed.ok) return allowed;
    return this.#logins.confirm(sessionId, now) ? success(null) : refusal("device_unknown");
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
  ): Promise<Result<null, ActionRefused>> {
    const now = Date.now();
    const allowed = this.#entrance.authorize({ type: "turn_notices_on" }, phone, now);
    if (!allowed.ok) return allowed;
    const before = this.#notices.isOn(phone);
    this.#notices.subscribe(allowed.value, subscription, now);
    if (!before) await this.#record({ type: "notices_on" }, rootOf(allowed.value, now));
    return success(null);
  }

  async turnNoticesOff(phone: string): Promise<Result<null, ActionRefused>> {
    const now = Date.now();
    const allowed = this.#entrance.authorize({ type: "turn_notices_off" }, phone, now);
    if (!allowed.ok) return allowed;
    const before = this.#notices.isOn(phone);
    this.#notices.forget(phone);
    if (before) await this.#record({ type: "notices_off" }, rootOf(allowed.value, now));
    return success(null);
  }

  /**
   * Remembers an event for the owner to read, and tells what is urgent to the owner's phones. `phone`: the one that has
   * brought it about, if it was one of the account's.
   */
  async note(event: HistoryEvent, phone?: string): Promise<void> {
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
    await this.#agenda.work(now);
    if (recovery) await recoveryCodesFor(this.env, recovery.locator).forget();
    return success(null);
  }

  /** The one alarm: forgets what has nothing more to say, and tells again who hasn't heard. */
  override async alarm(): Promise<void> {
    await this.#agenda.work(Date.now());
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

  async #record(event: HistoryEvent, root: string | undefined): Promise<void> {
    if (this.#isGone) return;
    const { historyTtl } = configOf(this.env);
    const now = Date.now();
    const noted = { ...event, ...(root === undefined ? {} : { root }) };
    const news = this.#history.note(noted, historyTtl, now) ? newsOf(event, now) : undefined;
    if (news) this.#notices.tell(news, { root });
    const reported = accountEvent(event);
    if (reported) report(this.env, reported);
    await this.#agenda.settle(now + historyTtl, now);
  }

  async #end(
    sessionIds: readonly string[],
    by: EndedBy,
    { tell = true }: { tell?: boolean } = {},
  ): Promise<void> {
    if (this.#isGone) return;
    const now = Date.now();
    const forgettings = sessionIds.map((id) => this.#logins.end(id, by, now, { tell }));
    await this.#agenda.settle(Math.min(...forgettings), now);
  }
}
