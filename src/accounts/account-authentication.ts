import { defined } from "../lib/defined.ts";
import { decodeBase64urlText } from "../lib/base64url.ts";
import { err, ok, type Result } from "../lib/result.ts";
import type { RedeemError } from "../login-session/domain/errors.ts";
import type { AuthenticatedUser } from "../login-session/domain/authenticated-user.ts";
import type {
  AuthenticationMethods,
  LinkedPhone,
  PhoneSessionInit,
  PasskeyListItem,
  Registration,
  SignedIn,
  SignIn,
  StepUp,
} from "./account-rpc.ts";
import { configOf } from "../config/index.ts";
import {
  entryByLink,
  entryByPasskey,
  entryByRecoveryCode,
  SEEN_INTERVAL,
  type Credential,
  type Entry,
  type NewCredential,
  type PhoneLink,
  type PhoneSession,
} from "./account-state.ts";
import type { AccountStore } from "./account-store.ts";
import { authorize, type Action, type ActionRefused } from "./phone-sessions/authorize-phone.ts";
import type { AuditEvent } from "./audit-log/audit-event.ts";
import { PasskeyManager } from "./passkeys/passkey-manager.ts";
import type { PhoneSummary } from "./phone-sessions/phone-summary.ts";
import { PhoneSessions, type SignedOut } from "./phone-sessions/phone-sessions.ts";
import { rootOf, withUse, type OfPhone } from "./phone-sessions/trust-delay.ts";
import { RecoveryCodeRegistry, type NewRecoveryCode } from "./recovery/recovery.ts";
import { checkRepeat, type RepeatedCode } from "./logins/redemption.ts";

/** Why a code lets no phone in. */
export type LinkError =
  "account_unknown" | "login_ended" | "approver_signed_out" | "phone_unconfirmed";

/** Puts an event into the history. `root`: of the unconfirmed phone that has brought it about, if one has. */
type Note = (event: AuditEvent, root?: string) => Promise<void>;

/** The root of lines whose phone is no longer signed in, so that it can't be known what it was. */
const UNKNOWN_ROOT = "signed_out";

/**
 * How an account is entered: by passkeys, by another phone, by the code on paper; and how that is
 * changed. Whatever lets a phone in, or might, is noted for the owner to read.
 */
export class AccountAuthentication {
  readonly #store: AccountStore;
  readonly #env: Env;
  readonly #note: Note;
  readonly #keyring: PasskeyManager;
  readonly #phones: PhoneSessions;
  readonly #recovery: RecoveryCodeRegistry;

  constructor(store: AccountStore, env: Env, note: Note) {
    this.#store = store;
    this.#env = env;
    this.#note = note;
    this.#keyring = new PasskeyManager(store);
    this.#phones = new PhoneSessions(store);
    this.#recovery = new RecoveryCodeRegistry(store, env);
  }

  /** Creates the account. That its ceremony counts once, also after the account was deleted, is seen to before. */
  async register(
    registration: Registration,
  ): Promise<Result<SignedIn, "account_exists" | "account_unknown">> {
    if (this.#store.profile()) return err("account_exists");
    const { name, credential, ...phone } = registration;
    const now = Date.now();
    this.#store.saveProfile({ name, createdAt: now, lastConfirmedUse: now });
    const entry = entryByPasskey(this.#keyring.addFirst(credential, now), now);
    return await this.#enter(phone, entry, { type: "account_created" });
  }

  /** Lets a phone in whose passkey is one of the account's (WebAuthn Level 3 §7.2). */
  async signIn({
    response,
    ceremony,
    ...phone
  }: SignIn): Promise<Result<SignedIn, "account_unknown" | "passkey_invalid" | "ceremony_used">> {
    const verified = await this.#keyring.verify(response, ceremony);
    if (!verified.ok) return verified;
    // From here to the new session without an `await`: the passkey may have been removed while it was verified.
    const now = Date.now();
    const used = this.#keyring.use(response.id, verified.value, ceremony.begunAt, now);
    if (!used.ok) return used;
    return await this.#enter(phone, entryByPasskey(used.value, now), { type: "phone_signed_in" });
  }

  /**
   * Lets a phone in whose code another phone of the account has approved, unless the code is void.
   * A phone that has yet to prove itself lets none in: the owner would have to find them all.
   */
  async link(
    phone: PhoneSessionInit,
    redemption: Omit<PhoneLink, "redeemedAt">,
    approver: string,
  ): Promise<Result<LinkedPhone, LinkError>> {
    const { sessionId, seed } = redemption;
    if (this.#store.login(sessionId)) return err("login_ended");
    const now = Date.now();
    const allowed = this.authorize({ type: "link_phone" }, approver, now);
    if (!allowed.ok) {
      return err(allowed.error === "not_signed_in" ? "approver_signed_out" : allowed.error);
    }
    const entry = entryByLink({ ...redemption, redeemedAt: now }, this.#probationEnd(now));
    const event = { type: "phone_linked", sid: sessionId } as const;
    const entered = await this.#enter(phone, entry, event);
    return entered.ok ? ok({ ...entered.value, seed }) : entered;
  }

  /**
   * The phone that a code let in which comes again, if it is a retry. Once a passkey was made on it, the
   * phone has had its answer: then the code comes from somebody else.
   */
  linkAgain(
    sessionId: string,
    presented: RepeatedCode,
    now: number,
  ): Result<LinkedPhone, RedeemError> {
    const phone = this.#phones.linkedBy(sessionId);
    const profile = this.#store.profile();
    if (!phone?.link || !profile) return err("code_unknown");
    const repeat = checkRepeat(phone.link, presented, now);
    if (!repeat.ok) return repeat;
    if (phone.credential !== undefined) return err("code_used");
    return ok({ name: profile.name, seed: phone.link.seed });
  }

  /** Whether a phone is let in by the code of this login session. */
  isLinkedBy(sessionId: string): boolean {
    return this.#phones.linkedBy(sessionId) !== undefined;
  }

  /** Lets a phone in whose owner had the recovery code of this locator, if that is the one that counts. */
  async recover(
    locator: string,
    phone: PhoneSessionInit,
  ): Promise<Result<SignedIn, "account_unknown" | "recovery_code_invalid">> {
    if (!this.#recovery.consume(locator)) return err("recovery_code_invalid");
    const entry = entryByRecoveryCode(locator, this.#probationEnd(Date.now()));
    return await this.#enter(phone, entry, { type: "recovery_code_used" });
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
    if (!isHandleOf(response.response.userHandle, sub)) return err("account_unknown");
    const verified = await this.#keyring.verify(response, ceremony);
    if (!verified.ok) return verified;
    const now = Date.now();
    const used = this.#keyring.use(response.id, verified.value, ceremony.begunAt, now);
    if (!used.ok) return used;
    this.#storeUse(used.value, now);
    return ok(null);
  }

  /** Who holds a phone, by the hash of its secret. */
  whoIs(secretHash: string): Result<Omit<AuthenticatedUser, "sub"> & SignedIn, "not_signed_in"> {
    const now = Date.now();
    const profile = this.#store.profile();
    const session = profile && this.#phones.touch(secretHash, now);
    if (!session) return err("not_signed_in");
    this.#storeUse(session, now);
    const { authTime, amr } = session;
    return ok({ name: profile.name, authTime, amr, phone: secretHash });
  }

  /** Whether a phone may do something, as of now: to be asked in the turn that does it. */
  authorize(action: Action, phone: string, now: number): Result<PhoneSession, ActionRefused> {
    return authorize(action, this.#store.session(phone), this.#store.profile(), now);
  }

  /** The root of an unconfirmed phone. One that isn't signed in any more has none that is known. */
  rootOf(phone: string, now: number): string | undefined {
    const session = this.#store.session(phone);
    return session ? rootOf(session, now) : UNKNOWN_ROOT;
  }

  signOut(secretHash: string): void {
    this.#phones.close(secretHash);
  }

  /** Signs out the phone that was let in by this login session of another one, with all that came of it. */
  async closeLinked(sessionId: string): Promise<void> {
    await this.#noteAll(removedLines(this.#phones.revokeByOrigin(sessionId)));
  }

  /** The phones that are signed in, for who holds one of them. */
  phones(secretHash: string): PhoneSummary[] {
    return this.#phones.list(secretHash, Date.now());
  }

  /** Signs a phone out, for who holds another one of the account, or it itself. */
  async endPhone(
    id: string,
    by: string,
  ): Promise<Result<null, ActionRefused | "phone_unknown" | "last_passkey">> {
    const now = Date.now();
    const phone = this.#phones.find(id, now);
    const allowed = this.#authorizeSignOut(phone ? [phone] : [], by, now);
    if (!allowed.ok) return allowed;
    if (!phone) return err("phone_unknown");
    return await this.#noteEnded(this.#phones.end([phone], allowed.value, now), allowed.value, now);
  }

  /** Signs all phones out but the one that asks. */
  async endOtherPhones(by: string): Promise<Result<null, ActionRefused | "last_passkey">> {
    const now = Date.now();
    const others = this.#phones.signedIn(now).filter(({ secretHash }) => secretHash !== by);
    const allowed = this.#authorizeSignOut(others, by, now);
    if (!allowed.ok) return allowed;
    return await this.#noteEnded(this.#phones.end(others, allowed.value, now), allowed.value, now);
  }

  /** What the account can be entered with; one of the passkeys may be this phone's. */
  keys(secretHash: string): AuthenticationMethods {
    const session = this.#store.session(secretHash);
    const madeAt = this.#recovery.madeAt;
    return {
      passkeys: this.#keyring
        .list()
        .map((key) => ({ ...key, current: key.id === session?.credential })),
      isFull: session === undefined || this.#keyring.isFull(session, Date.now()),
      ...defined({ recoveryCodeMadeAt: madeAt }),
    };
  }

  /** Adds a passkey that was made on one of the account's phones, and verified by whoever sends it. */
  async addPasskey(
    credential: NewCredential,
    begunAt: number,
    { secretHash, from }: PhoneSessionInit,
  ): Promise<
    Result<
      PasskeyListItem,
      ActionRefused | "ceremony_used" | "passkey_invalid" | "too_many_passkeys"
    >
  > {
    const now = Date.now();
    const allowed = this.authorize({ type: "add_passkey" }, secretHash, now);
    if (!allowed.ok) return allowed;
    const phone = allowed.value;
    const added = this.#keyring.add(credential, phone, begunAt, now);
    if (!added.ok) return added;
    const current = this.#phones.addedPasskey(phone, credential.id, begunAt);
    const { name } = credential;
    await this.#note({ type: "passkey_added", name, ...from }, rootOf(phone, now));
    return ok({ ...added.value, current });
  }

  async renamePasskey(
    id: string,
    name: string,
    by: string,
  ): Promise<Result<null, ActionRefused | "passkey_unknown">> {
    const now = Date.now();
    const allowed = this.#authorizePasskey("rename_passkey", id, by, now);
    if (!allowed.ok) return allowed;
    if (!this.#keyring.rename(id, name)) return err("passkey_unknown");
    await this.#note({ type: "passkey_renamed", name }, rootOf(allowed.value, now));
    return ok(null);
  }

  /** Removes a passkey, and signs out the phones that came in by it. */
  async removePasskey(
    id: string,
    by: string,
  ): Promise<Result<null, ActionRefused | "passkey_unknown" | "last_passkey">> {
    const now = Date.now();
    const allowed = this.#authorizePasskey("remove_passkey", id, by, now);
    if (!allowed.ok) return allowed;
    const removed = this.#keyring.remove(id);
    if (!removed.ok) return removed;
    this.#phones.revokeWhere({ credential: id });
    await this.#noteAll(removedLines([removed.value]), rootOf(allowed.value, now));
    return ok(null);
  }

  /** Lets a recovery code count that was just drawn, instead of the one before it. */
  async replaceRecoveryCode(
    code: NewRecoveryCode,
    by: string,
  ): Promise<Result<null, ActionRefused | "code_taken" | "account_unknown">> {
    if (!this.#store.profile()) return err("account_unknown");
    const mayMake = () => this.authorize({ type: "make_recovery_code" }, by, Date.now());
    const allowed = mayMake();
    if (!allowed.ok) return allowed;
    const replaced = await this.#recovery.replace(code, mayMake);
    if (!replaced.ok) return replaced;
    await this.#note({ type: "recovery_code_made" });
    return ok(null);
  }

  /** So many wrong tries came for the recovery code that it is dead. */
  async recoveryGuessed(locator: string): Promise<void> {
    if (!this.#recovery.consume(locator)) return;
    await this.#note({ type: "attack", what: "recovery_code_guessed" });
  }

  async #enter(
    { secretHash, from }: PhoneSessionInit,
    entry: Entry,
    event: AuditEvent,
  ): Promise<Result<SignedIn, "account_unknown">> {
    const profile = this.#store.profile();
    if (!profile) return err("account_unknown");
    const now = Date.now();
    const evicted = this.#phones.open(secretHash, entry, from ?? {}, now);
    this.#storeUse(entry, now);
    // A phone that the owner let in, or the owner's code, is no doing of the phone that comes in by it.
    const root = event.type === "phone_signed_in" ? rootOf(entry, now) : undefined;
    const lines = signedOutLines(evicted, this.#store.credentials());
    await this.#noteAll([...lines, { ...event, ...from }], root);
    return ok({ name: profile.name });
  }

  #probationEnd(now: number): number {
    return now + configOf(this.#env).unconfirmedTtl;
  }

  /** A phone or a passkey is used. */
  #storeUse(used: OfPhone, now: number): void {
    const profile = this.#store.profile();
    const next = profile && withUse(profile, used, SEEN_INTERVAL, now);
    if (next && next !== profile) this.#store.saveProfile(next);
  }

  #authorizeSignOut(targets: readonly PhoneSession[], by: string, now: number) {
    return this.authorize({ type: "sign_out_phones", targets }, by, now);
  }

  #authorizePasskey(
    type: "rename_passkey" | "remove_passkey",
    id: string,
    by: string,
    now: number,
  ): Result<PhoneSession, ActionRefused | "passkey_unknown"> {
    const target = this.#store.credential(id);
    const allowed = this.authorize({ type, targets: target ? [target] : [] }, by, now);
    return allowed.ok && !target ? err("passkey_unknown") : allowed;
  }

  async #noteEnded<Refusal>(
    ended: Result<SignedOut, Refusal>,
    actor: PhoneSession,
    now: number,
  ): Promise<Result<null, Refusal>> {
    if (!ended.ok) return ended;
    const { phones, passkeys } = ended.value;
    const known = [...passkeys, ...this.#store.credentials()];
    const lines = [...signedOutLines(phones, known), ...removedLines(passkeys)];
    await this.#noteAll(lines, rootOf(actor, now));
    return ok(null);
  }

  /** All of them are written in this turn, with what they tell of. */
  async #noteAll(events: readonly AuditEvent[], root?: string): Promise<void> {
    await Promise.all(events.map((event) => this.#note(event, root)));
  }
}

/** What the history says of phones that were signed out, with the names of their passkeys as far as those are known. */
function signedOutLines(
  phones: readonly PhoneSession[],
  known: readonly Credential[],
): AuditEvent[] {
  return phones.map(({ device, credential }) => {
    const name = known.find(({ id }) => id === credential)?.name;
    return { type: "phone_signed_out", ...defined({ name }), ...device };
  });
}

function removedLines(passkeys: readonly Pick<Credential, "name">[]): AuditEvent[] {
  return passkeys.map(({ name }) => ({ type: "passkey_removed", name }));
}

/** WebAuthn Level 3 §5.4.3: the user handle is what the account was called when the passkey was made. */
function isHandleOf(userHandle: string, sub: string): boolean {
  return decodeBase64urlText(userHandle) === sub;
}
