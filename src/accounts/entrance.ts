import { decodeBase64url } from "../login/base64url.ts";
import { refusal, success, type RedeemError, type Result } from "../login/errors.ts";
import type { AccountClaims } from "../login/session.ts";
import type {
  Keys,
  LinkedPhone,
  NewPhone,
  OwnPasskey,
  Registration,
  SignedIn,
  SignIn,
  StepUp,
} from "./account-calls.ts";
import { configOf } from "../config.ts";
import {
  byLink,
  byPasskey,
  byRecoveryCode,
  type Credential,
  type Entry,
  type NewCredential,
  type PhoneLink,
} from "./account-state.ts";
import type { AccountStore } from "./account-store.ts";
import type { HistoryEvent } from "./history-event.ts";
import { Keyring } from "./keyring.ts";
import type { PhoneSummary } from "./phone-summary.ts";
import { Phones, type SignedOut } from "./phones.ts";
import { inherited } from "./probation.ts";
import { Recovery, type NewRecoveryCode } from "./recovery.ts";
import { checkRepeat, type RepeatedCode } from "./redemption.ts";

/** Why a code lets no phone in. */
export type LinkError =
  "account_unknown" | "login_ended" | "approver_signed_out" | "phone_unconfirmed";

/**
 * How an account is entered: by passkeys, by another phone, by the code on paper; and how that is
 * changed. Whatever lets a phone in, or might, is noted for the owner to read.
 */
export class Entrance {
  readonly #store: AccountStore;
  readonly #env: Env;
  readonly #note: (event: HistoryEvent) => Promise<void>;
  readonly #keyring: Keyring;
  readonly #phones: Phones;
  readonly #recovery: Recovery;

  constructor(store: AccountStore, env: Env, note: (event: HistoryEvent) => Promise<void>) {
    this.#store = store;
    this.#env = env;
    this.#note = note;
    this.#keyring = new Keyring(store);
    this.#phones = new Phones(store);
    this.#recovery = new Recovery(store, env);
  }

  /** Creates the account, once: its name was drawn for one ceremony, and so that can't be used again. */
  async register(
    registration: Registration,
  ): Promise<Result<SignedIn, "account_exists" | "account_unknown">> {
    if (this.#store.profile()) return refusal("account_exists");
    const { name, credential, ...phone } = registration;
    const now = Date.now();
    this.#store.saveProfile({ name, createdAt: now });
    const entry = byPasskey(this.#keyring.addFirst(credential, now), now);
    return await this.#enter(phone, entry, { type: "account_created" });
  }

  /** Lets a phone in whose passkey is one of the account's (WebAuthn Level 3 §7.2). */
  async signIn({
    response,
    ceremony,
    ...phone
  }: SignIn): Promise<Result<SignedIn, "account_unknown" | "passkey_invalid" | "ceremony_used">> {
    const used = await this.#keyring.use(response, ceremony);
    if (!used.ok) return used;
    return await this.#enter(phone, byPasskey(used.value, Date.now()), { type: "phone_signed_in" });
  }

  /**
   * Lets a phone in whose code another phone of the account has approved, unless the code is void.
   * A phone that has yet to prove itself lets none in: the owner would have to find them all.
   */
  async link(
    phone: NewPhone,
    redemption: Omit<PhoneLink, "redeemedAt">,
    approver: string,
  ): Promise<Result<LinkedPhone, LinkError>> {
    const { sessionId, seed } = redemption;
    if (this.#store.login(sessionId)) return refusal("login_ended");
    const now = Date.now();
    if (!this.#phones.see(approver, now)) return refusal("approver_signed_out");
    if (this.#phones.isUnconfirmed(approver, now)) return refusal("phone_unconfirmed");
    const entry = byLink({ ...redemption, redeemedAt: now }, this.#probationEnd(now));
    const event = { type: "phone_linked", sid: sessionId } as const;
    const entered = await this.#enter(phone, entry, event);
    return entered.ok ? success({ ...entered.value, seed }) : entered;
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
    if (!phone?.link || !profile) return refusal("code_unknown");
    const repeat = checkRepeat(phone.link, presented, now);
    if (!repeat.ok) return repeat;
    if (phone.credential !== undefined) return refusal("code_used");
    return success({ name: profile.name, seed: phone.link.seed });
  }

  /** Whether a phone is let in by the code of this login session. */
  isLinkedBy(sessionId: string): boolean {
    return this.#phones.linkedBy(sessionId) !== undefined;
  }

  /** Whether a phone is signed in. */
  isSignedIn(secretHash: string): boolean {
    return this.#phones.isSignedIn(secretHash, Date.now());
  }

  /** Lets a phone in whose owner had the recovery code of this locator, if that is the one that counts. */
  async recover(
    locator: string,
    phone: NewPhone,
  ): Promise<Result<SignedIn, "account_unknown" | "recovery_code_invalid">> {
    if (!this.#recovery.useUp(locator)) return refusal("recovery_code_invalid");
    const entry = byRecoveryCode(locator, this.#probationEnd(Date.now()));
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

  /** Signs out the phone that was let in by this login session of another one, with all that came of it. */
  async closeLinked(sessionId: string): Promise<void> {
    await this.#noteRemoved(this.#phones.uproot(sessionId));
  }

  /** The phones that are signed in, for who holds one of them. */
  phones(secretHash: string): PhoneSummary[] {
    return this.#phones.list(secretHash, Date.now());
  }

  /** Signs a phone out, for who holds another one of the account, or it itself. */
  async endPhone(
    id: string,
    by: string,
  ): Promise<Result<null, "phone_unknown" | "phone_unconfirmed" | "last_passkey">> {
    return await this.#noteSignedOut(this.#phones.end(id, by, Date.now()));
  }

  /** Signs all phones out but the one that asks. */
  async endOtherPhones(by: string): Promise<Result<null, "phone_unconfirmed" | "last_passkey">> {
    return await this.#noteSignedOut(this.#phones.endOthers(by, Date.now()));
  }

  /** Whether a phone has yet to prove itself. */
  isUnconfirmed(secretHash: string): boolean {
    return this.#phones.isUnconfirmed(secretHash, Date.now());
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
    const now = Date.now();
    const origin = inherited(this.#store.session(secretHash) ?? {}, now);
    const added = this.#keyring.add({ ...credential, ...origin }, begunAt, now);
    if (!added.ok) return added;
    const current = this.#phones.bind(secretHash, credential.id);
    await this.#note({ type: "passkey_added", name: credential.name, ...from });
    return success({ ...added.value, current });
  }

  async renamePasskey(id: string, name: string): Promise<Result<null, "passkey_unknown">> {
    if (!this.#keyring.rename(id, name)) return refusal("passkey_unknown");
    await this.#note({ type: "passkey_renamed", name });
    return success(null);
  }

  /**
   * Removes a passkey, and signs out the phones that came in by it. A phone that has yet to prove itself
   * removes none but those that came of it.
   */
  async removePasskey(
    id: string,
    by: string,
  ): Promise<Result<null, "passkey_unknown" | "last_passkey" | "phone_unconfirmed">> {
    if (this.isUnconfirmed(by)) {
      const root = this.#store.session(by)?.probation?.root;
      const isOwn = root !== undefined && this.#store.credential(id)?.probation?.root === root;
      if (!isOwn) return refusal("phone_unconfirmed");
    }
    const removed = this.#keyring.remove(id);
    if (!removed.ok) return removed;
    this.#phones.closeThoseOf({ credential: id });
    await this.#noteRemoved([removed.value]);
    return success(null);
  }

  /** Lets a recovery code count that was just drawn, instead of the one before it. */
  async replaceRecoveryCode(
    code: NewRecoveryCode,
    by: string,
  ): Promise<Result<null, "code_taken" | "account_unknown" | "phone_unconfirmed">> {
    if (this.#store.profile() && this.isUnconfirmed(by)) return refusal("phone_unconfirmed");
    const replaced = await this.#recovery.replace(code);
    if (!replaced.ok) return replaced;
    await this.#note({ type: "recovery_code_made" });
    return success(null);
  }

  /** So many wrong tries came for the recovery code that it is dead. */
  async recoveryGuessed(locator: string): Promise<void> {
    if (!this.#recovery.useUp(locator)) return;
    await this.#note({ type: "attack", what: "recovery_code_guessed" });
  }

  async #enter(
    { secretHash, from }: NewPhone,
    entry: Entry,
    event: HistoryEvent,
  ): Promise<Result<SignedIn, "account_unknown">> {
    const profile = this.#store.profile();
    if (!profile) return refusal("account_unknown");
    this.#phones.open(secretHash, entry, from ?? {}, Date.now());
    await this.#note({ ...event, ...from });
    return success({ name: profile.name });
  }

  #probationEnd(now: number): number {
    return now + configOf(this.#env).unconfirmedTtl;
  }

  async #noteRemoved(passkeys: readonly Pick<Credential, "name">[]): Promise<void> {
    for (const { name } of passkeys) await this.#note({ type: "passkey_removed", name });
  }

  async #noteSignedOut<Refusal>(ended: Result<SignedOut, Refusal>): Promise<Result<null, Refusal>> {
    if (!ended.ok) return ended;
    const { phones, passkeys } = ended.value;
    const known = [...passkeys, ...this.#store.credentials()];
    for (const { device, credential } of phones) {
      const name = known.find(({ id }) => id === credential)?.name;
      const called = name === undefined ? {} : { name };
      await this.#note({ type: "phone_signed_out", ...called, ...device });
    }
    await this.#noteRemoved(passkeys);
    return success(null);
  }
}

/** WebAuthn Level 3 §5.4.3: the user handle is what the account was called when the passkey was made. */
function isHandleOf(userHandle: string, sub: string): boolean {
  return new TextDecoder().decode(decodeBase64url(userHandle)) === sub;
}
