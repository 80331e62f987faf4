import { storedKeys } from "../lib/row-format.ts";
import type { Subscription } from "../web-push/subscription.ts";
import {
  BROWSER_SESSION,
  CREDENTIAL,
  EVENT,
  LOGIN,
  PHONE_SESSION,
  PROFILE,
  RECOVERY,
  SUBSCRIPTION,
} from "./account-rows.ts";
import type { BrowserSession } from "./browser-sessions/browser-session.ts";
import type { StoredEvent } from "./audit-log/audit-log-policy.ts";
import type { LoginRecord } from "./logins/login-record.ts";
import type { Credential } from "./passkeys/credential.ts";
import type { PhoneSession } from "./phone-sessions/phone-session.ts";
import type { Profile } from "./profile.ts";
import type { CurrentRecoveryCode } from "./recovery/recovery-code.ts";

/**
 * The rows of an account: one for the person, and one for each passkey, signed-in phone, login on a screen, browser that
 * stays logged in and event of the audit log, read and written synchronously. An account that was never created has no rows.
 */
export class AccountStore {
  readonly #kv: SyncKvStorage;
  /** Whether it is a built-in account, with passkeys; undefined if that isn't known. */
  readonly isBuiltIn: boolean | undefined;

  constructor(storage: DurableObjectStorage, isBuiltIn: boolean | undefined) {
    this.#kv = storage.kv;
    this.isBuiltIn = isBuiltIn;
  }

  /** Whether this is a built-in account that was deleted, or never created. */
  get isDeleted(): boolean {
    return this.isBuiltIn === true && !this.profile();
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
   * By the hash of its secret. The lookup is the only comparison, and its timing reveals nothing about the secret. A
   * phone whose row can't be read is not signed in.
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

  /** Also deletes the phone's push subscription. */
  deleteSession(secretHash: string): void {
    this.#kv.delete(`session:${secretHash}`);
    this.deleteSubscription(secretHash);
  }

  /** By the hash of the phone's secret. */
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

  /** By the id of its login session. */
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

  /**
   * By the hash of its secret, as `session`. A browser whose row can't be read is not logged in.
   */
  browserSession(secretHash: string): BrowserSession | undefined {
    return BROWSER_SESSION.getOrReport(this.#kv, `browser:${secretHash}`);
  }

  browserSessions(): BrowserSession[] {
    return BROWSER_SESSION.list(this.#kv, "browser:").map(([, session]) => session);
  }

  saveBrowserSession(session: BrowserSession): void {
    BROWSER_SESSION.put(this.#kv, `browser:${session.secretHash}`, session);
  }

  deleteBrowserSession(secretHash: string): void {
    this.#kv.delete(`browser:${secretHash}`);
  }

  /** A code whose row can't be read signs nobody in, and can be replaced. */
  recovery(): CurrentRecoveryCode | undefined {
    return RECOVERY.getOrReport(this.#kv, "recovery");
  }

  saveRecovery(recovery: CurrentRecoveryCode): void {
    RECOVERY.put(this.#kv, "recovery", recovery);
  }

  deleteRecovery(): void {
    this.#kv.delete("recovery");
  }

  /** The oldest first: the keys begin with the time. */
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

  /** Deletes all rows but one. */
  deleteAllBut(name: string): void {
    for (const key of storedKeys(this.#kv)) if (key !== name) this.#kv.delete(key);
  }
}
