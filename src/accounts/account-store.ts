import type { Credential, PhoneSession, Profile } from "./account-state.ts";
import type { HistoryEvent } from "./history-event.ts";
import type { LoginRecord } from "./login-record.ts";

/**
 * Where an account is kept: a row for the person, one for each passkey, one for each signed-in
 * phone and one for each login on a screen, read and written synchronously. An account that was never created leaves no row at all,
 * however often somebody asks for it.
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

  saveCredential(credential: Credential): void {
    this.#kv.put(`credential:${credential.id}`, credential);
  }

  /** By the hash of its secret: finding it is all the comparing there is, and tells nothing of the secret. */
  session(secretHash: string): PhoneSession | undefined {
    return this.#kv.get<PhoneSession>(`session:${secretHash}`);
  }

  sessions(): PhoneSession[] {
    return Array.from(
      this.#kv.list<PhoneSession>({ prefix: "session:" }),
      ([, session]) => session,
    );
  }

  saveSession(session: PhoneSession): void {
    this.#kv.put(`session:${session.secretHash}`, session);
  }

  deleteSession(secretHash: string): void {
    this.#kv.delete(`session:${secretHash}`);
  }

  /** By the login session that it came from. */
  login(sessionId: string): LoginRecord | undefined {
    return this.#kv.get<LoginRecord>(`login:${sessionId}`);
  }

  logins(): [sessionId: string, record: LoginRecord][] {
    return Array.from(this.#kv.list<LoginRecord>({ prefix: "login:" }), ([key, record]) => [
      key.slice("login:".length),
      record,
    ]);
  }

  saveLogin(sessionId: string, record: LoginRecord): void {
    this.#kv.put(`login:${sessionId}`, record);
  }

  deleteLogin(sessionId: string): void {
    this.#kv.delete(`login:${sessionId}`);
  }

  addEvent(event: HistoryEvent, at: number): void {
    this.#kv.put(`event:${at}:${crypto.randomUUID()}`, { ...event, at });
  }
}
