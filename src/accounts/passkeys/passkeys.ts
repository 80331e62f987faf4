import { RpcTarget } from "cloudflare:workers";
import { decodeBase64urlText } from "../../lib/base64url.ts";
import { defined } from "../../lib/defined.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import type { AccountContext } from "../account-context.ts";
import type {
  AuthenticationMethods,
  PasskeySummary,
  PhoneSessionInit,
  Registration,
  SignedIn,
  SignIn,
  StepUp,
} from "../account-rpc.ts";
import type { ActionRefused } from "../phone-sessions/phone-permissions.ts";
import { openPhoneSession } from "../phone-sessions/open-phone-session.ts";
import { entryByPasskey } from "../phone-sessions/phone-session.ts";
import { inheritTrustDelay, rootOf, rootsToRevoke } from "../phone-sessions/trust-delay.ts";
import {
  checkAddPasskey,
  checkRemovePasskey,
  isFull,
  newCredential,
  passkeysToConfirm,
  rejectPasskey,
  usePasskey,
  type Assertion,
  type Credential,
  type AddedPasskey,
  type PasskeyRejection,
} from "./credential.ts";
import { verifyAssertion } from "./verify-passkey.ts";

/**
 * The passkeys of an account, over RPC: to create the account, to sign in, and to manage them. `by` is the hash of the
 * secret of the phone that acts. No method has an `await` between reading and writing.
 */
export class Passkeys extends RpcTarget {
  readonly #account: AccountContext;

  constructor(account: AccountContext) {
    super();
    this.#account = account;
  }

  /** Creates the account. The caller has verified the credential, and that its ceremony was not used before. */
  async register({
    name,
    credential: made,
    ...phone
  }: Registration): Promise<Result<SignedIn, "account_exists">> {
    const { store } = this.#account;
    if (store.profile()) return err("account_exists");
    const now = Date.now();
    const profile = { name, createdAt: now, lastConfirmedUse: now };
    store.saveProfile(profile);
    const credential = newCredential(made, now);
    store.saveCredential(credential);
    const entry = entryByPasskey(credential, now);
    const event = { type: "account_created" } as const;
    return ok(await openPhoneSession(this.#account, profile, phone, entry, event));
  }

  /** Signs a phone in (WebAuthn Level 3 §7.2). */
  async signIn({
    response,
    ceremony,
    ...phone
  }: SignIn): Promise<Result<SignedIn, PasskeyRejection>> {
    const verified = await this.#verify({ response, ceremony });
    if (!verified.ok) return verified;
    // No `await` from here to the new session: the passkey may have been removed while it was verified.
    const now = Date.now();
    const used = this.#use(response.id, verified.value, ceremony.begunAt, now);
    if (!used.ok) return used;
    const profile = this.#account.store.profile();
    if (!profile) return rejectPasskey("account_unknown", "profile_missing");
    const entry = entryByPasskey(used.value, now);
    const event = { type: "phone_signed_in" } as const;
    return ok(await openPhoneSession(this.#account, profile, phone, entry, event));
  }

  /** Verifies an assertion for one request of the account `sub` (WebAuthn Level 3 §7.2). Nobody is signed in. */
  async stepUp({ response, ceremony, sub }: StepUp): Promise<Result<null, PasskeyRejection>> {
    // §5.4.3: the user handle of a passkey is its account's `sub`.
    if (decodeBase64urlText(response.response.userHandle) !== sub) {
      return rejectPasskey("account_unknown", "user_handle_of_another_account");
    }
    const verified = await this.#verify({ response, ceremony });
    if (!verified.ok) return verified;
    const now = Date.now();
    const used = this.#use(response.id, verified.value, ceremony.begunAt, now);
    if (!used.ok) return used;
    this.#account.phones.recordUse(used.value, now);
    return ok(null);
  }

  /** All ways to sign in to the account. */
  list(by: string): AuthenticationMethods {
    const { store, phones } = this.#account;
    const now = Date.now();
    const phone = store.session(by);
    const passkeys = store.credentials().toSorted((a, b) => a.createdAt - b.createdAt);
    return {
      passkeys: passkeys.map((passkey) =>
        this.#summaryOf(passkey, { current: passkey.id === phone?.credential, now }),
      ),
      isPhoneUnconfirmed: phone !== undefined && phones.isUnconfirmed(phone, now),
      isFull: phone === undefined || isFull(passkeys, phone, now),
      ...defined({ recoveryCodeMadeAt: store.recovery()?.madeAt }),
    };
  }

  /**
   * Adds a passkey that was made on a phone of the account. The caller has verified it. Only a confirmed phone chooses its
   * name.
   */
  async add(
    { chosenName, ...made }: AddedPasskey,
    begunAt: number,
    { secretHash, from }: PhoneSessionInit,
  ): Promise<Result<PasskeySummary, ActionRefused | PasskeyRejection | "too_many_passkeys">> {
    const { store, phones, audit } = this.#account;
    const now = Date.now();
    const allowed = phones.authorize({ type: "add_passkey" }, secretHash, now);
    if (!allowed.ok) return allowed;
    const phone = allowed.value;
    const checked = checkAddPasskey(made, store.credentials(), phone, begunAt, now);
    if (!checked.ok) return checked;
    const name = phones.isUnconfirmed(phone, now) ? made.name : (chosenName ?? made.name);
    const credential = newCredential({ ...made, name, ...inheritTrustDelay(phone, now) }, now);
    store.saveCredential(credential);
    const current = phones.bindPasskey(phone, credential.id, begunAt);
    const event = { type: "passkey_added", name, ...from } as const;
    await audit.record(event, rootOf(phone, now));
    return ok(this.#summaryOf(credential, { current, now }));
  }

  async rename(
    id: string,
    name: string,
    by: string,
  ): Promise<Result<null, ActionRefused | "passkey_unknown">> {
    const now = Date.now();
    const { store, phones, audit } = this.#account;
    const allowed = phones.authorize({ type: "rename_passkey" }, by, now);
    if (!allowed.ok) return allowed;
    const passkey = store.credential(id);
    if (!passkey) return err("passkey_unknown");
    store.saveCredential({ ...passkey, name });
    await audit.record({ type: "passkey_renamed", name }, rootOf(allowed.value, now));
    return ok(null);
  }

  /**
   * Removes a passkey, and signs out the phones that signed in with it. With an unconfirmed one of another phone,
   * everything of its root is removed.
   */
  async remove(
    id: string,
    by: string,
  ): Promise<Result<null, ActionRefused | "passkey_unknown" | "last_passkey">> {
    const { store, phones, revocation } = this.#account;
    const now = Date.now();
    const passkey = store.credential(id);
    const targets = passkey ? [passkey] : [];
    const allowed = phones.authorize({ type: "remove_passkey", targets }, by, now);
    if (!allowed.ok) return allowed;
    if (!passkey) return err("passkey_unknown");
    const phone = allowed.value;
    const profile = store.profile();
    if (!profile) return err("not_signed_in");
    const checked = checkRemovePasskey(id, store.credentials(), profile, now);
    if (!checked.ok) return checked;
    const remaining = store.credentials().filter((other) => other.id !== id);
    for (const confirmed of passkeysToConfirm(remaining, profile, now)) {
      store.saveCredential(confirmed);
    }
    const roots = rootsToRevoke([passkey], phone, now);
    await revocation.remove({ passkey, roots }, now, rootOf(phone, now));
    return ok(null);
  }

  /** Checks what does not depend on earlier uses of the passkey. */
  async #verify({
    response,
    ceremony,
  }: Pick<SignIn, "response" | "ceremony">): Promise<Result<Assertion, PasskeyRejection>> {
    const credential = this.#account.store.credential(response.id);
    if (!credential) return rejectPasskey("account_unknown", "passkey_unknown");
    return await verifyAssertion(response, credential, ceremony);
  }

  /** Checks the rest against the passkey as it is stored now, and stores the use. */
  #use(
    id: string,
    assertion: Assertion,
    begunAt: number,
    now: number,
  ): Result<Credential, PasskeyRejection> {
    const { store } = this.#account;
    const credential = store.credential(id);
    if (!credential) return rejectPasskey("account_unknown", "passkey_removed");
    const used = usePasskey(credential, assertion, begunAt, now);
    if (used.ok) store.saveCredential(used.value);
    return used;
  }

  #summaryOf(
    passkey: Credential,
    { current, now }: { current: boolean; now: number },
  ): PasskeySummary {
    const { id, name, createdAt, lastUsedAt, backedUp: synced, transports } = passkey;
    const unconfirmed = this.#account.phones.isUnconfirmed(passkey, now);
    return { id, name, createdAt, lastUsedAt, synced, transports, current, unconfirmed };
  }
}
