import { DurableObject } from "cloudflare:workers";
import { ACCOUNT_SUBJECT_PREFIX, configOf } from "../config.ts";
import { Deliveries, OUTBOX_KEY } from "../delivery/deliveries.ts";
import { sendLogout, type Logout } from "../delivery/logout-token.ts";
import { decodeBase64url } from "../login/base64url.ts";
import { refusal, success, type Result } from "../login/errors.ts";
import type { Grant } from "../login/grant.ts";
import type { Standing } from "../login/risk.ts";
import type { AccountClaims } from "../login/session.ts";
import type {
  Keys,
  NewPhone,
  OwnPasskey,
  Refreshable,
  Registration,
  SignedIn,
  SignIn,
  StepUp,
} from "./account-calls.ts";
import {
  BY_RECOVERY_CODE,
  byLink,
  byPasskey,
  type Entry,
  type NewCredential,
} from "./account-state.ts";
import { AccountStore } from "./account-store.ts";
import { Agenda } from "./agenda.ts";
import type { DeviceSummary } from "./device-summary.ts";
import { HistoryBook } from "./history-book.ts";
import type { HistoryEvent } from "./history-event.ts";
import type { HistoryLine } from "./history.ts";
import { Keyring } from "./keyring.ts";
import type { EndedBy } from "./login-record.ts";
import { Logins, type NewLogin } from "./logins.ts";
import { Phones } from "./phones.ts";
import { Recovery, type NewRecoveryCode } from "./recovery.ts";
import { recoveryCodesFor } from "./recovery-codes.ts";
import type { RefreshError, RefreshUse } from "./refresh-family.ts";
import { standingOf } from "./standing.ts";

/**
 * One person: the object named by their `sub`, with passkeys if it is a built-in account. A shell round
 * its parts: each call reads, decides by pure functions and writes, with no `await` between; nothing
 * is kept in memory but a count, and no secret but as its hash.
 */
export class Account extends DurableObject<Env> {
  readonly #store: AccountStore;
  readonly #keyring: Keyring;
  readonly #phones: Phones;
  readonly #recovery: Recovery;
  readonly #logins: Logins;
  readonly #history: HistoryBook;
  readonly #agenda: Agenda;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const logouts = new Deliveries<Logout>(ctx.storage, ({ id, message }) =>
      sendLogout(env, id, message),
    );
    this.#store = new AccountStore(ctx.storage);
    this.#keyring = new Keyring(this.#store);
    this.#phones = new Phones(this.#store);
    this.#recovery = new Recovery(this.#store, env);
    this.#logins = new Logins(this.#store, logouts, env);
    this.#history = new HistoryBook(this.#store);
    this.#agenda = new Agenda(ctx, this.#store, logouts, [this.#logins, this.#history]);
  }

  /** Creates the account, once: its name was drawn for one ceremony, and so that can't be used again. */
  async register(
    registration: Registration,
  ): Promise<Result<SignedIn, "account_exists" | "account_unknown">> {
    if (this.#store.profile()) return refusal("account_exists");
    const { name, credential, secretHash, from } = registration;
    const now = Date.now();
    this.#store.saveProfile({ name, createdAt: now });
    const entry = byPasskey(this.#keyring.addFirst(credential, now));
    return await this.#enter({ secretHash }, entry, { type: "account_created", ...from });
  }

  /** Lets a phone in whose passkey is one of the account's (WebAuthn Level 3 §7.2). */
  async signIn({
    response,
    ceremony,
    ...phone
  }: SignIn): Promise<Result<SignedIn, "account_unknown" | "passkey_invalid" | "ceremony_used">> {
    const used = await this.#keyring.use(response, ceremony);
    if (!used.ok) return used;
    return await this.#enter(phone, byPasskey(used.value), { type: "phone_signed_in" });
  }

  /** Lets a phone in whose code another phone of the account has approved, unless that was ended before. */
  async link(
    sessionId: string,
    phone: NewPhone,
  ): Promise<Result<SignedIn, "account_unknown" | "login_ended">> {
    if (this.#store.login(sessionId)) return refusal("login_ended");
    return await this.#enter(phone, byLink(sessionId), { type: "phone_linked", sid: sessionId });
  }

  /** Lets a phone in whose owner had the recovery code of this locator, if that is the one that counts. */
  async recover(
    locator: string,
    phone: NewPhone,
  ): Promise<Result<SignedIn, "account_unknown" | "recovery_code_invalid">> {
    if (!this.#recovery.useUp(locator)) return refusal("recovery_code_invalid");
    return await this.#enter(phone, BY_RECOVERY_CODE, { type: "recovery_code_used" });
  }

  /**
   * Whether a passkey of this account signed what it was asked to (WebAuthn Level 3 §7.2), for one
   * request and not to sign in.
   */
  async stepUp({
    response,
    ceremony,
    sub,
  }: StepUp): Promise<Result<null, "account_unknown" | "passkey_invalid" | "ceremony_used">> {
    // §7.2, "identify the user": the passkey itself says whose it is.
    if (!isHandleOf(response.response.userHandle, sub)) return refusal("account_unknown");
    const used = await this.#keyring.use(response, ceremony);
    return used.ok ? success(null) : used;
  }

  /** Who holds a phone, by the hash of its secret. */
  whoIs(secretHash: string): Result<Omit<AccountClaims, "sub"> & SignedIn, "not_signed_in"> {
    const profile = this.#store.profile();
    const session = profile && this.#phones.see(secretHash, Date.now());
    if (!session) return refusal("not_signed_in");
    const { authTime, amr } = session;
    return success({ name: profile.name, authTime, amr, phone: secretHash });
  }

  signOut(secretHash: string): void {
    this.#phones.close(secretHash);
  }

  /** What the account can be entered with; one of the passkeys may be this phone's. */
  keys(secretHash: string): Keys {
    const current = this.#store.session(secretHash)?.credential;
    const madeAt = this.#recovery.madeAt;
    return {
      passkeys: this.#keyring.list().map((key) => ({ ...key, current: key.id === current })),
      ...(madeAt === undefined ? {} : { recoveryCodeMadeAt: madeAt }),
    };
  }

  /** Adds a passkey that was made on one of the account's phones, and verified by whoever sends it. */
  async addPasskey(
    credential: NewCredential,
    begunAt: number,
    { secretHash, from }: NewPhone,
  ): Promise<Result<OwnPasskey, "ceremony_used" | "passkey_invalid" | "too_many_passkeys">> {
    const added = this.#keyring.add(credential, begunAt, Date.now());
    if (!added.ok) return added;
    const current = this.#phones.bind(secretHash, credential.id);
    await this.note({ type: "passkey_added", name: credential.name, ...from });
    return success({ ...added.value, current });
  }

  async renamePasskey(id: string, name: string): Promise<Result<null, "passkey_unknown">> {
    if (!this.#keyring.rename(id, name)) return refusal("passkey_unknown");
    await this.note({ type: "passkey_renamed", name });
    return success(null);
  }

  /** Removes a passkey, and signs out the phones that came in by it. */
  async removePasskey(id: string): Promise<Result<null, "passkey_unknown" | "last_passkey">> {
    const removed = this.#keyring.remove(id);
    if (!removed.ok) return removed;
    this.#phones.closeThoseOf({ credential: id });
    await this.note({ type: "passkey_removed", name: removed.value.name });
    return success(null);
  }

  /** Lets a recovery code count that was just drawn, instead of the one before it. */
  async replaceRecoveryCode(
    code: NewRecoveryCode,
  ): Promise<Result<null, "code_taken" | "account_unknown">> {
    const replaced = await this.#recovery.replace(code);
    if (!replaced.ok) return replaced;
    await this.note({ type: "recovery_code_made" });
    return success(null);
  }

  /** So many wrong tries came for the recovery code that it is dead. */
  async recoveryGuessed(locator: string): Promise<void> {
    if (!this.#recovery.useUp(locator)) return;
    await this.note({ type: "attack", what: "recovery_code_guessed" });
  }

  /** Remembers that a screen was logged in. */
  async beginLogin(login: NewLogin): Promise<Result<null, "login_ended">> {
    if (this.#isGone) return refusal("login_ended");
    const config = configOf(this.env);
    const now = Date.now();
    const begun = this.#logins.begin(login, config, now);
    if (begun.ok) await this.#agenda.settle(config.historyTtl, now);
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
   * Uses up a refresh token. One that was used before tells that somebody has a copy, so it ends the
   * login, whoever brings it (RFC 9700 §4.14.2).
   */
  async refresh(sessionId: string, use: RefreshUse): Promise<Result<Grant, RefreshError>> {
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

  /** What a refresh token is good for, without using it up. */
  whatRefreshes(sessionId: string, tokenHash: string): Result<Refreshable, RefreshError> {
    return this.#logins.whatRefreshes(sessionId, tokenHash, Date.now());
  }

  /** Ends a login. Where its client, `by`, asked for that, it isn't told. */
  async endLogin(sessionId: string, { by }: { by?: string } = {}): Promise<void> {
    await this.#end([sessionId], by === undefined ? "server" : { client: by });
  }

  /** A code came that had been redeemed before: what it gave is void, a login or a phone that was let in (RFC 6749 §4.1.2). */
  async codeReused(sessionId: string, clientId: string): Promise<void> {
    this.#phones.closeThoseOf({ link: sessionId });
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

  /** Remembers an event for the owner to read. */
  async note(event: HistoryEvent): Promise<void> {
    if (this.#isGone) return;
    const { historyTtl } = configOf(this.env);
    const now = Date.now();
    this.#history.note(event, historyTtl, now);
    await this.#agenda.settle(historyTtl, now);
  }

  /**
   * Deletes the account: every login ends, and nothing is left but what clients must still be told of
   * that, until they are.
   */
  async erase(): Promise<void> {
    const now = Date.now();
    const { historyTtl } = configOf(this.env);
    for (const { sid } of this.#logins.devices(now))
      this.#logins.end(sid, "owner", historyTtl, now);
    const recovery = this.#store.recovery();
    this.#store.deleteAllBut(OUTBOX_KEY);
    await this.#agenda.work(now);
    if (recovery) await recoveryCodesFor(this.env, recovery.locator).forget();
  }

  /** The one alarm: forgets what has nothing more to say, and tells again who hasn't heard. */
  override async alarm(): Promise<void> {
    await this.#agenda.work(Date.now());
  }

  /** Whether this is a built-in account that was deleted, or never created. */
  get #isGone(): boolean {
    const isBuiltIn = this.ctx.id.name?.startsWith(ACCOUNT_SUBJECT_PREFIX) ?? false;
    return isBuiltIn && !this.#store.profile();
  }

  async #enter(
    { secretHash, from }: NewPhone,
    entry: Entry,
    event: HistoryEvent,
  ): Promise<Result<SignedIn, "account_unknown">> {
    const profile = this.#store.profile();
    if (!profile) return refusal("account_unknown");
    this.#phones.open(secretHash, entry, Date.now());
    await this.note({ ...event, ...from });
    return success({ name: profile.name });
  }

  async #end(sessionIds: readonly string[], by: EndedBy | { client: string }): Promise<void> {
    const { historyTtl } = configOf(this.env);
    const now = Date.now();
    for (const sessionId of sessionIds) this.#logins.end(sessionId, by, historyTtl, now);
    await this.#agenda.settle(historyTtl, now);
  }
}

/** WebAuthn Level 3 §5.4.3: the user handle is what the account was called when the passkey was made. */
function isHandleOf(userHandle: string, sub: string): boolean {
  return new TextDecoder().decode(decodeBase64url(userHandle)) === sub;
}
