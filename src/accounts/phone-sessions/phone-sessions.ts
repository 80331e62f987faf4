import { randomToken } from "../../lib/random.ts";
import type { Result } from "../../lib/result.ts";
import type { AccountStore } from "../account-store.ts";
import { end, UNKNOWN_TTL } from "../logins/login-record.ts";
import { authorize, type Action, type ActionRefused } from "./phone-permissions.ts";
import {
  byLastUse,
  findApprover,
  isExpired,
  newPhoneSession,
  replacedBy,
  SEEN_INTERVAL,
  sessionsToEvict,
  touch,
  type Entry,
  type PhoneDevice,
  type PhoneSession,
} from "./phone-session.ts";
import { phoneSummary, type PhoneSummary } from "./phone-summary.ts";
import { isUnconfirmed, rootOf, withUse, type HasTrustDelay } from "./trust-delay.ts";

/** The root for events of a phone that is no longer signed in, since its own is not known any more. */
const UNKNOWN_ROOT = "signed_out";

/** The phones that are signed in to one account. Each is a session, named by the hash of its secret. */
export class PhoneSessions {
  readonly #store: AccountStore;

  constructor(store: AccountStore) {
    this.#store = store;
  }

  /**
   * Returns the phones that were signed out to make room. `replaces`: the session of the same browser, which ends.
   */
  create(
    { secretHash, replaces, codeTtl }: { secretHash: string; replaces?: string; codeTtl: number },
    entry: Entry,
    device: PhoneDevice,
    now: number,
  ): PhoneSession[] {
    const previous = replaces === undefined ? undefined : this.#store.session(replaces);
    const replaced = previous ? replacedBy(previous, codeTtl, now) : [];
    if (previous) this.delete(previous.secretHash);
    const { expired, evicted } = sessionsToEvict(this.#store.sessions(), entry, now);
    for (const dropped of [...expired, ...evicted]) this.delete(dropped.secretHash);
    const id = randomToken().slice(0, 16);
    const session = newPhoneSession({ id, secretHash, device }, entry, now);
    this.#store.saveSession({ ...session, ...(replaced.length > 0 ? { replaced } : {}) });
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

  /** The phone that approved a login, if it is signed in (phone-session.ts). */
  approver(phone: string, now: number): PhoneSession | undefined {
    return findApprover(this.#store.sessions(), phone, now);
  }

  /** Ends what the replaced sessions with these roots have approved. */
  forgetReplaced(roots: ReadonlySet<string>): void {
    for (const session of this.#store.sessions()) {
      const { replaced, ...rest } = session;
      const kept = replaced?.filter(({ probation }) => !probation || !roots.has(probation.root));
      if (kept && kept.length !== replaced?.length) {
        this.#store.saveSession({ ...rest, ...(kept.length > 0 ? { replaced: kept } : {}) });
      }
    }
  }

  /** The root of an unconfirmed phone. */
  rootOf(phone: string, now: number): string | undefined {
    const session = this.#store.session(phone) ?? this.approver(phone, now);
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
          unconfirmed: this.isUnconfirmed(session, now),
        }),
      );
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

  /** Signs out the phones that signed in with this passkey. */
  deleteByPasskey(credential: string): void {
    for (const session of this.#store.sessions()) {
      if (session.credential === credential) this.delete(session.secretHash);
    }
  }

  /** Whether a phone or a passkey of the account is unconfirmed. */
  isUnconfirmed(one: HasTrustDelay, now: number): boolean {
    const profile = this.#store.profile();
    return profile !== undefined && isUnconfirmed(one, profile, now);
  }
}
