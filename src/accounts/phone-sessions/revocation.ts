import type { AccountStore } from "../account-store.ts";
import type { AuditRecorder } from "../audit-log/audit-recorder.ts";
import { passkeysRemoved, phonesSignedOut } from "../audit-log/sign-out-events.ts";
import { isActive } from "../logins/login-record.ts";
import type { LoginRegistry } from "../logins/login-registry.ts";
import type { Credential } from "../passkeys/credential.ts";
import type { PhoneSession } from "./phone-session.ts";
import type { PhoneSessions } from "./phone-sessions.ts";
import { rootOf, type HasTrustDelay } from "./trust-delay.ts";

/** What is removed from an account. The caller has authorized it. */
export interface Removal {
  phones?: readonly PhoneSession[];
  passkey?: Credential;
  /** Everything with these roots is removed too: phones, passkeys and logins. */
  roots: ReadonlySet<string>;
}

/** Removes phones and passkeys together with everything that has the same root (trust-delay.ts). */
export class Revocation {
  readonly #store: AccountStore;
  readonly #phones: PhoneSessions;
  readonly #logins: LoginRegistry;
  readonly #audit: AuditRecorder;

  constructor(
    store: AccountStore,
    phones: PhoneSessions,
    logins: LoginRegistry,
    audit: AuditRecorder,
  ) {
    this.#store = store;
    this.#phones = phones;
    this.#logins = logins;
    this.#audit = audit;
  }

  /** The passkeys and active logins that have a trust delay, also if the phone that they come from has signed out. */
  unconfirmed(now: number): HasTrustDelay[] {
    const logins = this.#store.logins().flatMap(([, login]) => (isActive(login, now) ? login : []));
    const all: HasTrustDelay[] = [...this.#store.credentials(), ...logins];
    return all.filter((one) => rootOf(one, now) !== undefined);
  }

  /**
   * Removes everything, ends the logins and records it, all in one turn. The clients are sent logout tokens. `cause`: the
   * root of the unconfirmed phone that requested it.
   */
  async remove({ phones = [], passkey, roots }: Removal, now: number, cause?: string) {
    const hasRoot = ({ probation }: HasTrustDelay) => !!probation && roots.has(probation.root);
    const known = this.#store.credentials();
    const signedOut = new Set(phones.map(({ secretHash }) => secretHash));
    const sessions = this.#store
      .sessions()
      .filter((session) => signedOut.has(session.secretHash) || hasRoot(session));
    const removed = known.filter((one) => one.id === passkey?.id || hasRoot(one));
    // A used code can be repeated after the trust delay. Then the phone's passkeys may be the only ones.
    const isAll = removed.length === known.length;
    const passkeys = isAll ? removed.filter((one) => rootOf(one, now) !== undefined) : removed;

    for (const { secretHash } of sessions) this.#phones.delete(secretHash);
    this.#phones.forgetReplaced(roots);
    for (const { id } of passkeys) {
      this.#store.deleteCredential(id);
      this.#phones.deleteByPasskey(id);
    }
    const logins = this.#store
      .logins()
      .flatMap(([id, login]) => (isActive(login, now) && hasRoot(login) ? [id] : []));
    const events = [...phonesSignedOut(sessions, known), ...passkeysRemoved(passkeys)];
    await Promise.all([
      this.#logins.endAndNotify(logins, "owner"),
      this.#audit.recordAll(events, cause),
    ]);
  }
}
