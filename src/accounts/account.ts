import { DurableObject } from "cloudflare:workers";
import { refusal, success, type Result } from "../login/errors.ts";
import type { AccountClaims } from "../login/session.ts";
import {
  methodsOf,
  newCredential,
  newSession,
  seen,
  sessionsToDrop,
  usePasskey,
  type Credential,
  type NewCredential,
} from "./account-state.ts";
import { AccountStore } from "./account-store.ts";
import type { AssertionResponse } from "./passkey-bodies.ts";
import { verifyAssertion, type Ceremony } from "./passkeys.ts";

/** What is asked of an account before it lets a phone in. */
export interface SignIn {
  response: AssertionResponse;
  ceremony: Ceremony;
  /** Hash of the secret that the phone will hold. */
  secretHash: string;
}

export interface Registration {
  name: string;
  /** Verified by whoever sends it. */
  credential: NewCredential;
  secretHash: string;
}

/** What a phone that is signed in may know of its account. */
export interface SignedIn {
  name: string;
}

/**
 * One person with passkeys: the object named by their `sub`. Each call reads, decides by
 * account-state.ts and writes, with no `await` between; nothing is kept in memory, and no secret
 * but as its hash.
 */
export class Account extends DurableObject<Env> {
  readonly #store: AccountStore;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#store = new AccountStore(ctx.storage);
  }

  /** Creates the account, once: its name was drawn for one ceremony, and so that can't be used again. */
  register(registration: Registration): Result<SignedIn, "account_exists"> {
    if (this.#store.profile()) return refusal("account_exists");
    const now = Date.now();
    const credential = newCredential(registration.credential, now);
    this.#store.saveProfile({ name: registration.name, createdAt: now });
    this.#store.saveCredential(credential);
    this.#openSession(registration.secretHash, credential, now);
    return success({ name: registration.name });
  }

  /** Lets a phone in whose passkey is one of the account's (WebAuthn Level 3 §7.2). */
  async signIn({
    response,
    ceremony,
    secretHash,
  }: SignIn): Promise<Result<SignedIn, "account_unknown" | "passkey_invalid" | "ceremony_used">> {
    const known = this.#store.credential(response.id);
    if (!known) return refusal("account_unknown");
    const verified = await verifyAssertion(response, known, ceremony);
    if (!verified.ok) return verified;

    // Others may have come in meanwhile: what counts is the passkey as it is now.
    const profile = this.#store.profile();
    const credential = this.#store.credential(response.id);
    if (!profile || !credential) return refusal("account_unknown");
    const now = Date.now();
    const used = usePasskey(credential, verified.value, ceremony.begunAt, now);
    if (!used.ok) return used;
    this.#store.saveCredential(used.value);
    this.#openSession(secretHash, used.value, now);
    return success({ name: profile.name });
  }

  /** Who holds a phone, by the hash of its secret. */
  whoIs(secretHash: string): Result<Omit<AccountClaims, "sub"> & SignedIn, "not_signed_in"> {
    const profile = this.#store.profile();
    const session = this.#store.session(secretHash);
    if (!profile || !session) return refusal("not_signed_in");
    const current = seen(session, Date.now());
    if (!current) return refusal("not_signed_in");
    if (current !== session) this.#store.saveSession(current);
    return success({ name: profile.name, authTime: current.authTime, amr: current.amr });
  }

  signOut(secretHash: string): void {
    this.#store.deleteSession(secretHash);
  }

  #openSession(secretHash: string, credential: Credential, now: number): void {
    for (const dropped of sessionsToDrop(this.#store.sessions(), now)) {
      this.#store.deleteSession(dropped.secretHash);
    }
    this.#store.saveSession(newSession(secretHash, methodsOf(credential), now));
  }
}
