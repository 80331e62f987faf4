import { randomToken } from "../crypto/random.ts";
import { refusal, success, type Result } from "../login/errors.ts";
import {
  isOver,
  newSession,
  seen,
  sessionsToDrop,
  type Credential,
  type Entry,
  type PhoneSession,
} from "./account-state.ts";
import type { AccountStore } from "./account-store.ts";
import { phoneSummary, type PhoneDevice, type PhoneSummary } from "./phone-summary.ts";
import { isUnconfirmed } from "./probation.ts";

/** Phones that were signed out, and the passkeys that went with them. */
export interface SignedOut {
  phones: PhoneSession[];
  passkeys: Credential[];
}

/** The phones that are signed in to one account: each a session, known by the hash of its secret. */
export class Phones {
  readonly #store: AccountStore;

  constructor(store: AccountStore) {
    this.#store = store;
  }

  open(secretHash: string, entry: Entry, device: PhoneDevice, now: number): void {
    for (const dropped of sessionsToDrop(this.#store.sessions(), now))
      this.close(dropped.secretHash);
    const id = randomToken().slice(0, 16);
    this.#store.saveSession(newSession({ id, secretHash, device }, entry, now));
  }

  /** The phone that shows up, if it is one of those. */
  see(secretHash: string, now: number): PhoneSession | undefined {
    const session = this.#store.session(secretHash);
    const current = session && seen(session, now);
    if (current && current !== session) this.#store.saveSession(current);
    return current;
  }

  /** Whether a phone is signed in. To ask is not to be seen. */
  isSignedIn(secretHash: string, now: number): boolean {
    const session = this.#store.session(secretHash);
    return session !== undefined && !isOver(session, now);
  }

  /** The phone that the code of this login session let in. */
  linkedBy(sessionId: string): PhoneSession | undefined {
    return this.#store.sessions().find(({ link }) => link?.sessionId === sessionId);
  }

  /** Whether a phone has yet to prove itself, or isn't signed in at all. */
  isUnconfirmed(secretHash: string, now: number): boolean {
    const session = this.#store.session(secretHash);
    return !session || isOver(session, now) || this.#isUnconfirmed(session, now);
  }

  /** The phones for their owner to see, who holds one of them: the one that was seen last comes first. */
  list(secretHash: string, now: number): PhoneSummary[] {
    return this.#signedIn(now)
      .toSorted((a, b) => b.lastSeenAt - a.lastSeenAt || b.createdAt - a.createdAt)
      .map((session) =>
        phoneSummary(session, {
          current: session.secretHash === secretHash,
          unconfirmed: this.#isUnconfirmed(session, now),
        }),
      );
  }

  /** A phone signs out another one, or itself. */
  end(
    id: string,
    by: string,
    now: number,
  ): Result<SignedOut, "phone_unknown" | "phone_unconfirmed" | "last_passkey"> {
    const phone = this.#signedIn(now).find((session) => session.id === id);
    return phone ? this.#end([phone], by, now) : refusal("phone_unknown");
  }

  /** A phone signs out all the others. */
  endOthers(by: string, now: number): Result<SignedOut, "phone_unconfirmed" | "last_passkey"> {
    const others = this.#signedIn(now).filter(({ secretHash }) => secretHash !== by);
    return this.#end(others, by, now);
  }

  /**
   * A passkey was made on this phone. One that came in without any is that passkey's from now on: whoever takes it
   * away means this phone too. Tells whether it is.
   */
  bind(secretHash: string, credential: string): boolean {
    const session = this.#store.session(secretHash);
    if (!session || session.credential !== undefined) return false;
    this.#store.saveSession({ ...session, credential });
    return true;
  }

  close(secretHash: string): void {
    this.#store.deleteSession(secretHash);
  }

  /** Signs out every phone that came in by this passkey, or came of this root. */
  closeThoseOf({ credential, root }: { credential?: string; root?: string }): void {
    for (const session of this.#store.sessions()) {
      const byCredential = credential !== undefined && session.credential === credential;
      const ofRoot = root !== undefined && session.probation?.root === root;
      if (byCredential || ofRoot) this.close(session.secretHash);
    }
  }

  /**
   * Takes away what came of a root: the phones, and the passkeys that they made, as long as another one is
   * left. Gives those.
   */
  uproot(root: string): Credential[] {
    const all = this.#store.credentials();
    const gone = all.filter(({ probation }) => probation?.root === root);
    this.closeThoseOf({ root });
    if (gone.length === all.length) return [];
    for (const { id } of gone) {
      this.#store.deleteCredential(id);
      this.closeThoseOf({ credential: id });
    }
    return gone;
  }

  /**
   * What has yet to prove itself goes with all that came of it, or it would come back by the passkey that
   * it made; and signs out nobody who has nothing to prove, or it would lock out the owner.
   */
  #end(
    phones: readonly PhoneSession[],
    by: string,
    now: number,
  ): Result<SignedOut, "phone_unconfirmed" | "last_passkey"> {
    const others = phones.filter(({ secretHash }) => secretHash !== by);
    const asking = this.#store.session(by);
    const isAllowed = (phone: PhoneSession) => this.#isUnconfirmed(phone, now);
    if (this.isUnconfirmed(by, now) && !others.every(isAllowed)) {
      return refusal("phone_unconfirmed");
    }
    const roots = new Set(
      others
        .filter(isAllowed)
        .flatMap(({ probation }) => (probation ? [probation.root] : []))
        .filter((root) => root !== asking?.probation?.root),
    );
    const left = this.#store
      .credentials()
      .filter(({ probation }) => !probation || !roots.has(probation.root));
    // Without one that is left nobody could sign in again; nor could who asks, without their own.
    const canSignIn = left.some(({ id }) => (asking?.credential ?? id) === id);
    if (roots.size > 0 && !canSignIn) return refusal("last_passkey");
    const passkeys = Array.from(roots).flatMap((root) => this.uproot(root));
    for (const { secretHash } of phones) this.close(secretHash);
    return success({ phones: [...phones], passkeys });
  }

  #isUnconfirmed(session: PhoneSession, now: number): boolean {
    const [sessions, credentials] = [this.#store.sessions(), this.#store.credentials()];
    return isUnconfirmed(session, { sessions, credentials }, now);
  }

  #signedIn(now: number): PhoneSession[] {
    return this.#store.sessions().filter((session) => !isOver(session, now));
  }
}
