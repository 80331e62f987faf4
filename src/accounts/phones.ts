import {
  newSession,
  seen,
  sessionsToDrop,
  type Entry,
  type PhoneSession,
} from "./account-state.ts";
import type { AccountStore } from "./account-store.ts";

/** The phones that are signed in to one account: each a session, known by the hash of its secret. */
export class Phones {
  readonly #store: AccountStore;

  constructor(store: AccountStore) {
    this.#store = store;
  }

  open(secretHash: string, entry: Entry, now: number): void {
    for (const dropped of sessionsToDrop(this.#store.sessions(), now))
      this.close(dropped.secretHash);
    this.#store.saveSession(newSession(secretHash, entry, now));
  }

  /** The phone that shows up, if it is one of those. */
  see(secretHash: string, now: number): PhoneSession | undefined {
    const session = this.#store.session(secretHash);
    const current = session && seen(session, now);
    if (current && current !== session) this.#store.saveSession(current);
    return current;
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

  /** Signs out every phone that came in by this passkey, or by this other phone's approval. */
  closeThoseOf({ credential, link }: Pick<PhoneSession, "credential" | "link">): void {
    for (const session of this.#store.sessions()) {
      const byCredential = credential !== undefined && session.credential === credential;
      const byLink = link !== undefined && session.link === link;
      if (byCredential || byLink) this.close(session.secretHash);
    }
  }
}
