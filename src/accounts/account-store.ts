import type { Subscription } from "../push/subscription.ts";
import type { Credential, PhoneSession, Profile, Recovery } from "./account-state.ts";
import type { KeptEvent } from "./history.ts";
import { upgradeLogin, type StoredLogin } from "./legacy-refresh-family.ts";
import type { LoginRecord } from "./login-record.ts";

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
    return this.#kv.get<Profile>("profile");
  }

  saveProfile(profile: Profile): void {
    this.#kv.put("profile", profile);
  }

  credential(id: string): Credential | undefined {
    return this.#kv.get<Credential>(`credential:${id}`);
  }

  credentials(): Credential[] {
    return this.#list<Credential>("credential:").map(([, credential]) => credential);
  }

  deleteCredential(id: string): void {
    this.#kv.delete(`credential:${id}`);
  }

  saveCredential(credential: Credential): void {
    this.#kv.put(`credential:${credential.id}`, credential);
  }

  /** By the hash of its secret: finding it is all the comparing there is, and tells nothing of the secret. */
  session(secretHash: string): PhoneSession | undefined {
    return this.#kv.get<PhoneSession>(`session:${secretHash}`);
  }

  sessions(): PhoneSession[] {
    return this.#list<PhoneSession>("session:").map(([, session]) => session);
  }

  saveSession(session: PhoneSession): void {
    this.#kv.put(`session:${session.secretHash}`, session);
  }

  /** A phone that is not signed in any more is not told anything any more. */
  deleteSession(secretHash: string): void {
    this.#kv.delete(`session:${secretHash}`);
    this.deleteSubscription(secretHash);
  }

  /** By the phone that it is of: one that is signed in. */
  subscription(secretHash: string): Subscription | undefined {
    return this.#kv.get<Subscription>(`push:${secretHash}`);
  }

  subscriptions(): [secretHash: string, subscription: Subscription][] {
    return this.#list<Subscription>("push:");
  }

  saveSubscription(secretHash: string, subscription: Subscription): void {
    this.#kv.put(`push:${secretHash}`, subscription);
  }

  deleteSubscription(secretHash: string): void {
    this.#kv.delete(`push:${secretHash}`);
  }

  /** By the login session that it came from. */
  login(sessionId: string): LoginRecord | undefined {
    const stored = this.#kv.get<StoredLogin>(`login:${sessionId}`);
    return stored && upgradeLogin(stored);
  }

  logins(): [sessionId: string, record: LoginRecord][] {
    return this.#list<StoredLogin>("login:").map(([sessionId, stored]) => [
      sessionId,
      upgradeLogin(stored),
    ]);
  }

  saveLogin(sessionId: string, record: LoginRecord): void {
    this.#kv.put(`login:${sessionId}`, record);
  }

  deleteLogin(sessionId: string): void {
    this.#kv.delete(`login:${sessionId}`);
  }

  recovery(): Recovery | undefined {
    return this.#kv.get<Recovery>("recovery");
  }

  saveRecovery(recovery: Recovery): void {
    this.#kv.put("recovery", recovery);
  }

  deleteRecovery(): void {
    this.#kv.delete("recovery");
  }

  /** The oldest first: their keys begin with when they were. */
  events(): [key: string, event: KeptEvent][] {
    return this.#list<KeptEvent>("event:");
  }

  saveEvent(key: string, event: KeptEvent): void {
    this.#kv.put(`event:${key}`, event);
  }

  deleteEvent(key: string): void {
    this.#kv.delete(`event:${key}`);
  }

  get isEmpty(): boolean {
    return Array.from(this.#kv.list({ limit: 1 })).length === 0;
  }

  /** Leaves nothing but the row of that name. */
  deleteAllBut(name: string): void {
    for (const [key] of Array.from(this.#kv.list())) if (key !== name) this.#kv.delete(key);
  }

  /** By what stands behind the prefix. */
  #list<Row>(prefix: string): [string, Row][] {
    return Array.from(this.#kv.list<Row>({ prefix }), ([key, row]) => [
      key.slice(prefix.length),
      row,
    ]);
  }
}
