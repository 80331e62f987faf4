import { storedKeys } from "../lib/row-format.ts";
import type { Subscription } from "../web-push/subscription.ts";
import {
  CREDENTIAL,
  EVENT,
  LOGIN,
  PHONE_SESSION,
  PROFILE,
  RECOVERY,
  SUBSCRIPTION,
} from "./account-rows.ts";
import type { Credential, PhoneSession, Profile, Recovery } from "./account-state.ts";
import type { StoredEvent } from "./audit-log/audit-log-policy.ts";
import type { LoginRecord } from "./logins/login-record.ts";

/**
 * Where an account is kept: a row for the person, one for each passkey, one for each signed-in phone,
 * one for each login on a screen and one for each event of the history beside those, read and written
 * synchronously. An account that was never created leaves no row at all, however often somebody asks for it.
 */
export class AccountStore {
  readonly #kv: SyncKvStorage;

  constructor(storage: DurableObjectStorage) {
    this.#kv = storage.kv;
  }

  profile(): Profile | undefined {
    return PROFILE.get(this.#kv, "profile");
  }

  saveProfile(profile: Profile): void {
    PROFILE.put(this.#kv, "profile", profile);
  }

  credential(id: string): Credential | undefined {
    return CREDENTIAL.get(this.#kv, `credential:${id}`);
  }

  credentials(): Credential[] {
    return CREDENTIAL.list(this.#kv, "credential:").map(([, credential]) => credential);
  }

  deleteCredential(id: string): void {
    this.#kv.delete(`credential:${id}`);
  }

  saveCredential(credential: Credential): void {
    CREDENTIAL.put(this.#kv, `credential:${credential.id}`, credential);
  }

  /**
   * By the hash of its secret: finding it is all the comparing there is, and tells nothing of the secret. A phone whose
   * row can't be read is not signed in.
   */
  session(secretHash: string): PhoneSession | undefined {
    return PHONE_SESSION.getOrReport(this.#kv, `session:${secretHash}`);
  }

  sessions(): PhoneSession[] {
    return PHONE_SESSION.list(this.#kv, "session:").map(([, session]) => session);
  }

  saveSession(session: PhoneSession): void {
    PHONE_SESSION.put(this.#kv, `session:${session.secretHash}`, session);
  }

  /** A phone that is not signed in any more is not told anything any more. */
  deleteSession(secretHash: string): void {
    this.#kv.delete(`session:${secretHash}`);
    this.deleteSubscription(secretHash);
  }

  /** By the phone that it is of: one that is signed in. */
  subscription(secretHash: string): Subscription | undefined {
    return SUBSCRIPTION.getOrReport(this.#kv, `push:${secretHash}`);
  }

  subscriptions(): [secretHash: string, subscription: Subscription][] {
    return SUBSCRIPTION.list(this.#kv, "push:");
  }

  saveSubscription(secretHash: string, subscription: Subscription): void {
    SUBSCRIPTION.put(this.#kv, `push:${secretHash}`, subscription);
  }

  deleteSubscription(secretHash: string): void {
    this.#kv.delete(`push:${secretHash}`);
  }

  /** By the login session that it came from. */
  login(sessionId: string): LoginRecord | undefined {
    return LOGIN.get(this.#kv, `login:${sessionId}`);
  }

  logins(): [sessionId: string, record: LoginRecord][] {
    return LOGIN.list(this.#kv, "login:");
  }

  saveLogin(sessionId: string, record: LoginRecord): void {
    LOGIN.put(this.#kv, `login:${sessionId}`, record);
  }

  deleteLogin(sessionId: string): void {
    this.#kv.delete(`login:${sessionId}`);
  }

  /** A code whose row can't be read lets nobody in, and another can be made. */
  recovery(): Recovery | undefined {
    return RECOVERY.getOrReport(this.#kv, "recovery");
  }

  saveRecovery(recovery: Recovery): void {
    RECOVERY.put(this.#kv, "recovery", recovery);
  }

  deleteRecovery(): void {
    this.#kv.delete("recovery");
  }

  /** The oldest first: their keys begin with when they were. */
  events(): [key: string, event: StoredEvent][] {
    return EVENT.list(this.#kv, "event:");
  }

  saveEvent(key: string, event: StoredEvent): void {
    EVENT.put(this.#kv, `event:${key}`, event);
  }

  deleteEvent(key: string): void {
    this.#kv.delete(`event:${key}`);
  }

  get isEmpty(): boolean {
    return storedKeys(this.#kv).length === 0;
  }

  /** Leaves nothing but the row of that name. */
  deleteAllBut(name: string): void {
    for (const key of storedKeys(this.#kv)) if (key !== name) this.#kv.delete(key);
  }
}
