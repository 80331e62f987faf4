import { randomToken } from "../../lib/random.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import type { AccountStore } from "../account-store.ts";
import { end, UNKNOWN_TTL } from "../logins/login-record.ts";
import type { Credential } from "../passkeys/credential.ts";
import { authorize, type Action, type ActionRefused } from "./authorize-phone.ts";
import {
  byLastUse,
  isExpired,
  newPhoneSession,
  SEEN_INTERVAL,
  sessionsToEvict,
  touch,
  type Entry,
  type PhoneDevice,
  type PhoneSession,
} from "./phone-session.ts";
import { phoneSummary, type PhoneSummary } from "./phone-summary.ts";
import { isUnconfirmed, rootOf, withUse, type HasTrustDelay } from "./trust-delay.ts";

/** Phones that were signed out, and the passkeys that were removed with them. */
export interface SignedOut {
  phones: PhoneSession[];
  passkeys: Credential[];
}

/** The root for events of a phone that is no longer signed in, since its own is not known any more. */
const UNKNOWN_ROOT = "signed_out";

/** The phones that are signed in to one account. Each is a session, named by the hash of its secret. */
export class PhoneSessions {
  readonly #store: AccountStore;

  constructor(store: AccountStore) {
    this.#store = store;
  }

  /** Returns the phones that were signed out to make room. */
  create(secretHash: string, entry: Entry, device: PhoneDevice, now: number): PhoneSession[] {
    const { expired, evicted } = sessionsToEvict(this.#store.sessions(), entry, now);
    for (const dropped of [...expired, ...evicted]) this.delete(dropped.secretHash);
    const id = randomToken().slice(0, 16);
    this.#store.saveSession(newPhoneSession({ id, secretHash, device }, entry, now));
    return evicted;
  }

  /** The phone with this secret, if it is signed in. Updates when it was last used. */
  touch(secretHash: string, now: number): PhoneSession | undefined {
    const session = this.#store.session(secretHash);
    const current = session && touch(session, now);
    if (current && current !== session) this.#store.saveSession(current);
    return current;
  }

  /** Stores that a phone or a passkey was used, at most once a day. */
  recordUse(used: HasTrustDelay, now: number): void {
    const profile = this.#store.profile();
    const next = profile && withUse(profile, used, SEEN_INTERVAL, now);
    if (next && next !== profile) this.#store.saveProfile(next);
  }

  /** Whether a phone may do something now. Must be called in the turn that does it. */
  authorize(action: Action, phone: string, now: number): Result<PhoneSession, ActionRefused> {
    return authorize(action, this.#store.session(phone), this.#store.profile(), now);
  }

  /** The root of an unconfirmed phone. */
  rootOf(phone: string, now: number): string | undefined {
    const session = this.#store.session(phone);
    return session ? rootOf(session, now) : UNKNOWN_ROOT;
  }

  /** The phone that was signed in by the code of this login session. */
  linkedBy(sessionId: string): PhoneSession | undefined {
    return this.#store.sessions().find(({ link }) => link?.sessionId === sessionId);
  }

  find(id: string, now: number): PhoneSession | undefined {
    return this.signedIn(now).find((session) => session.id === id);
  }

  signedIn(now: number): PhoneSession[] {
    return this.#store.sessions().filter((session) => !isExpired(session, now));
  }

  /** For the owner, who holds the phone `secretHash`. The one that was used last comes first. */
  list(secretHash: string, now: number): PhoneSummary[] {
    return this.signedIn(now)
      .toSorted(byLastUse)
      .map((session) =>
        phoneSummary(session, {
          current: session.secretHash === secretHash,
          unconfirmed: this.#isUnconfirmed(session, now),
        }),
      );
  }

  /**
   * Signs phones out, for `actor`, which is authorized to do so (authorize-phone.ts). With an unconfirmed phone, all
   * that has its root is removed, or it could sign in again with the passkey that it added.
   */
  signOut(
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
    const remaining = this.#store
      .credentials()
      .filter(({ probation }) => !probation || !roots.has(probation.root));
    // A passkey must remain, or nobody could sign in again; and the actor's own passkey must remain.
    const canSignIn = remaining.some(({ id }) => (actor.credential ?? id) === id);
    if (roots.size > 0 && !canSignIn) return err("last_passkey");
    const passkeys = Array.from(roots).flatMap((root) => this.revokeByRoot(root));
    for (const { secretHash } of phones) this.delete(secretHash);
    return ok({ phones: [...phones], passkeys });
  }

  /**
   * Stores that a phone has added a passkey, in a ceremony that began at `begunAt`. A phone without a passkey is bound
   * to it: when the passkey is removed, the phone is signed out. Returns whether the phone is bound to this passkey.
   */
  bindPasskey(session: PhoneSession, credential: string, begunAt: number): boolean {
    const bound = session.credential ?? credential;
    this.#store.saveSession({ ...session, credential: bound, newestAddition: begunAt });
    return bound === credential;
  }

  /** Also voids the code that signed the phone in, while it could be redeemed again as a retry. */
  delete(secretHash: string): void {
    const link = this.#store.session(secretHash)?.link;
    const now = Date.now();
    if (link && now - link.redeemedAt < UNKNOWN_TTL && !this.#store.login(link.sessionId)) {
      this.#store.saveLogin(link.sessionId, end(undefined, "owner", now));
    }
    this.#store.deleteSession(secretHash);
  }

  /** Signs out the phones that signed in with this passkey, or have this root. */
  revokeWhere({ credential, root }: { credential?: string; root?: string }): void {
    for (const session of this.#store.sessions()) {
      const hasCredential = credential !== undefined && session.credential === credential;
      const hasRoot = root !== undefined && session.probation?.root === root;
      if (hasCredential || hasRoot) this.delete(session.secretHash);
    }
  }

  /** Signs out the phones of a root, and removes their passkeys unless none would remain. Returns the removed ones. */
  revokeByRoot(root: string): Credential[] {
    const all = this.#store.credentials();
    const removed = all.filter(({ probation }) => probation?.root === root);
    this.revokeWhere({ root });
    if (removed.length === all.length) return [];
    for (const { id } of removed) {
      this.#store.deleteCredential(id);
      this.revokeWhere({ credential: id });
    }
    return removed;
  }

  #isUnconfirmed(session: PhoneSession, now: number): boolean {
    const profile = this.#store.profile();
    return profile !== undefined && isUnconfirmed(session, profile, now);
  }
}
