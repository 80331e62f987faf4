import { err, ok, type Result } from "../../lib/result.ts";
import {
  checkAddPasskey,
  isFull,
  newCredential,
  checkRemovePasskey,
  usePasskey,
  type Assertion,
  type Credential,
  type NewCredential,
  type PhoneSession,
} from "../account-state.ts";
import type { AccountStore } from "../account-store.ts";
import type { AssertionResponse } from "./passkey-schemas.ts";
import { verifyAssertion, type Ceremony } from "./verify-passkey.ts";
import { inheritTrustDelay, type OfPhone } from "../phone-sessions/trust-delay.ts";

/** A passkey, as its owner sees it. Instants are milliseconds since the epoch. */
export interface PasskeySummary {
  id: string;
  name: string;
  createdAt: number;
  lastUsedAt: number;
  /** Whether it is kept in more than one place. */
  synced: boolean;
  transports: string[];
}

/** The passkeys of one account. */
export class PasskeyManager {
  readonly #store: AccountStore;

  constructor(store: AccountStore) {
    this.#store = store;
  }

  list(): PasskeySummary[] {
    return this.#store
      .credentials()
      .map(summaryOf)
      .toSorted((a, b) => a.createdAt - b.createdAt);
  }

  /** The account's first one, which nobody had to be asked about. */
  addFirst(facts: NewCredential, now: number): Credential {
    const credential = newCredential(facts, now);
    this.#store.saveCredential(credential);
    return credential;
  }

  /** Adds one that `phone` has made, which is signed in. It has the same trust delay. */
  add(
    facts: NewCredential,
    phone: PhoneSession,
    begunAt: number,
    now: number,
  ): Result<PasskeySummary, "ceremony_used" | "passkey_invalid" | "too_many_passkeys"> {
    const refused = checkAddPasskey(facts, this.#store.credentials(), phone, begunAt, now);
    if (refused) return err(refused);
    return ok(summaryOf(this.addFirst({ ...facts, ...inheritTrustDelay(phone, now) }, now)));
  }

  /** Whether `phone` can't add one more. */
  isFull(phone: OfPhone, now: number): boolean {
    return isFull(this.#store.credentials(), phone, now);
  }

  rename(id: string, name: string): boolean {
    const credential = this.#store.credential(id);
    if (credential) this.#store.saveCredential({ ...credential, name });
    return credential !== undefined;
  }

  /** Gives the one that is gone now. */
  remove(id: string): Result<Credential, "passkey_unknown" | "last_passkey"> {
    const credential = this.#store.credential(id);
    if (!credential) return err("passkey_unknown");
    const refused = checkRemovePasskey(id, this.#store.credentials());
    if (refused) return err(refused);
    this.#store.deleteCredential(id);
    return ok(credential);
  }

  /** Checks the answer to a ceremony (WebAuthn Level 3 §7.2), but for what depends on earlier uses. */
  async verify(
    response: AssertionResponse,
    ceremony: Ceremony,
  ): Promise<Result<Assertion, "account_unknown" | "passkey_invalid">> {
    const known = this.#store.credential(response.id);
    return known ? await verifyAssertion(response, known, ceremony) : err("account_unknown");
  }

  /**
   * Uses the passkey whose assertion was verified. While it was, others may have come in: what counts is the passkey as
   * it is now.
   */
  use(
    id: string,
    assertion: Assertion,
    begunAt: number,
    now: number,
  ): Result<Credential, "account_unknown" | "passkey_invalid" | "ceremony_used"> {
    const credential = this.#store.credential(id);
    if (!credential) return err("account_unknown");
    const used = usePasskey(credential, assertion, begunAt, now);
    if (used.ok) this.#store.saveCredential(used.value);
    return used;
  }
}

function summaryOf({
  id,
  name,
  createdAt,
  lastUsedAt,
  backedUp,
  transports,
}: Credential): PasskeySummary {
  return { id, name, createdAt, lastUsedAt, synced: backedUp, transports };
}
