import { refusal, success, type Result } from "../login/errors.ts";
import {
  additionRefused,
  newCredential,
  removalRefused,
  usePasskey,
  type Credential,
  type NewCredential,
} from "./account-state.ts";
import type { AccountStore } from "./account-store.ts";
import type { AssertionResponse } from "./passkey-bodies.ts";
import { verifyAssertion, type Ceremony } from "./passkeys.ts";

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
export class Keyring {
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

  add(
    facts: NewCredential,
    begunAt: number,
    now: number,
  ): Result<PasskeySummary, "ceremony_used" | "passkey_invalid" | "too_many_passkeys"> {
    const profile = this.#store.profile();
    if (!profile) return refusal("passkey_invalid");
    const refused = additionRefused(facts, this.#store.credentials(), profile, begunAt);
    if (refused) return refusal(refused);
    this.#store.saveProfile({ ...profile, newestAddition: begunAt });
    return success(summaryOf(this.addFirst(facts, now)));
  }

  rename(id: string, name: string): boolean {
    const credential = this.#store.credential(id);
    if (credential) this.#store.saveCredential({ ...credential, name });
    return credential !== undefined;
  }

  /** Gives the one that is gone now. */
  remove(id: string): Result<Credential, "passkey_unknown" | "last_passkey"> {
    const credential = this.#store.credential(id);
    if (!credential) return refusal("passkey_unknown");
    const refused = removalRefused(id, this.#store.credentials());
    if (refused) return refusal(refused);
    this.#store.deleteCredential(id);
    return success(credential);
  }

  /** Uses the passkey that answers a ceremony (WebAuthn Level 3 §7.2). */
  async use(
    response: AssertionResponse,
    ceremony: Ceremony,
  ): Promise<Result<Credential, "account_unknown" | "passkey_invalid" | "ceremony_used">> {
    const known = this.#store.credential(response.id);
    if (!known) return refusal("account_unknown");
    const verified = await verifyAssertion(response, known, ceremony);
    if (!verified.ok) return verified;

    // Others may have come in meanwhile: what counts is the passkey as it is now.
    const credential = this.#store.credential(response.id);
    if (!credential) return refusal("account_unknown");
    const used = usePasskey(credential, verified.value, ceremony.begunAt, Date.now());
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
