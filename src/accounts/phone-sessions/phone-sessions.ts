import { randomToken } from "../../lib/random.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import {
  isExpired,
  newPhoneSession,
  touch,
  sessionsToEvict,
  type Credential,
  type Entry,
  type PhoneSession,
} from "../account-state.ts";
import type { AccountStore } from "../account-store.ts";
import { end, UNKNOWN_TTL } from "../logins/login-record.ts";
import { phoneSummary, type PhoneDevice, type PhoneSummary } from "./phone-summary.ts";
import { isUnconfirmed, rootOf } from "./trust-delay.ts";

/** Phones that were signed out, and the passkeys that went with them. */
export interface SignedOut {
  phones: PhoneSession[];
  passkeys: Credential[];
}

/** The phones that are signed in to one account: each a session, known by the hash of its secret. */
export class PhoneSessions {
  readonly #store: AccountStore;

  constructor(store: AccountStore) {
    this.#store = store;
  }

  /** Gives the phones that were signed out to make room. */
  open(secretHash: string, entry: Entry, device: PhoneDevice, now: number): PhoneSession[] {
    const { over, evicted } = sessionsToEvict(this.#store.sessions(), entry, now);
    for (const dropped of [...over, ...evicted]) this.close(dropped.secretHash);
    const id = randomToken().slice(0, 16);
    this.#store.saveSession(newPhoneSession({ id, secretHash, device }, entry, now));
    return evicted;
  }

  /** The phone that shows up, if it is one of those. */
  touch(secretHash: string, now: number): PhoneSession | undefined {
    const session = this.#store.session(secretHash);
    const current = session && touch(session, now);
    if (current && current !== session) this.#store.saveSession(current);
    return current;
  }

  /** The phone that the code of this login session let in. */
  linkedBy(sessionId: string): PhoneSession | undefined {
    return this.#store.sessions().find(({ link }) => link?.sessionId === sessionId);
  }

  find(id: string, now: number): PhoneSession | undefined {
    return this.signedIn(now).find((session) => session.id === id);
  }

  signedIn(now: number): PhoneSession[] {
    return this.#store.sessions().filter((session) => !isExpired(session, now));
  }

  /** The phones for their owner to see, who holds one of them: the one that was seen last comes first. */
  list(secretHash: string, now: number): PhoneSummary[] {
    return this.signedIn(now)
      .toSorted((a, b) => b.lastSeenAt - a.lastSeenAt || b.createdAt - a.createdAt)
      .map((session) =>
        phoneSummary(session, {
          current: session.secretHash === secretHash,
          unconfirmed: this.#isUnconfirmed(session, now),
        }),
      );
  }

  /**
   * Signs phones out, for `actor`, who may do so (authorize-phone.ts). An unconfirmed one goes with all that came of
   * its root, or it would come back by the passkey that it made.
   */
  end(
    phones: readonly PhoneSession[],
    actor: PhoneSession,
    now: number,
  ): Result<SignedOut, "last_passkey"> {
    const ownRoot = rootOf(actor, now);
    const roots = new Set(
      phones
        .filter((phone) => phone.secretHash !== actor.secretHash && this.#isUnconfirmed(phone, now))
        .flatMap((phone) => rootOf(phone, now) ?? [])
        .filter((root) => root !== ownRoot),
    );
    const left = this.#store
      .credentials()
      .filter(({ probation }) => !probation || !roots.has(probation.root));
    // Without one that is left nobody could sign in again; nor could who asks, without their own.
    const canSignIn = left.some(({ id }) => (actor.credential ?? id) === id);
    if (roots.size > 0 && !canSignIn) return err("last_passkey");
    const passkeys = Array.from(roots).flatMap((root) => this.revokeByOrigin(root));
    for (const { secretHash } of phones) this.close(secretHash);
    return ok({ phones: [...phones], passkeys });
  }

  /**
   * This phone has made a passkey, in a ceremony that began at `begunAt`. A phone that came in without any is that
   * passkey's from now on: whoever takes it away means this phone too. Tells whether it is.
   */
  addedPasskey(session: PhoneSession, credential: string, begunAt: number): boolean {
    const current = session.credential ?? credential;
    this.#store.saveSession({ ...session, credential: current, newestAddition: begunAt });
    return current === credential;
  }

  /** The code that let the phone in is void with it, while it may be sent again: or it would let it in anew. */
  close(secretHash: string): void {
    const link = this.#store.session(secretHash)?.link;
    const now = Date.now();
    if (link && now - link.redeemedAt < UNKNOWN_TTL && !this.#store.login(link.sessionId)) {
      this.#store.saveLogin(link.sessionId, end(undefined, "owner", now));
    }
    this.#store.deleteSession(secretHash);
  }

  /** Signs out every phone that came in by this passkey, or came of this root. */
  revokeWhere({ credential, root }: { credential?: string; root?: string }): void {
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
  revokeByOrigin(root: string): Credential[] {
    const all = this.#store.credentials();
    const gone = all.filter(({ probation }) => probation?.root === root);
    this.revokeWhere({ root });
    if (gone.length === all.length) return [];
    for (const { id } of gone) {
      this.#store.deleteCredential(id);
      this.revokeWhere({ credential: id });
    }
    return gone;
  }

  #isUnconfirmed(session: PhoneSession, now: number): boolean {
    const profile = this.#store.profile();
    return profile !== undefined && isUnconfirmed(session, profile, now);
  }
}
