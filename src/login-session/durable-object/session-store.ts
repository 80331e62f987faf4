import { isTerminal } from "../../protocol/snapshot.ts";
import type { Polling } from "../domain/device-polling.ts";
import type { ClosedSession, Session } from "../domain/session.ts";
import { POLLING, SESSION, USER_CODES_MADE } from "./session-rows.ts";

/**
 * The rows of a session: one, and more only for a device that polls too often and for typed codes that
 * were requested later. They are read and written synchronously, so nothing else can happen between the
 * two.
 */
export class SessionStore {
  readonly #storage: DurableObjectStorage;
  /**
   * A redeemed session whose rows are deleted. It stays in memory as long as the object does, some seconds
   * at least, so that a watcher that asks soon after the end, as a long poll does, still gets it.
   */
  #redeemed: ClosedSession | undefined;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
  }

  load(): Session | undefined {
    return SESSION.get(this.#storage.kv, "session") ?? this.#redeemed;
  }

  save(session: Session): void {
    if (this.#redeemed && isTerminal(session)) this.#redeemed = session;
    else SESSION.put(this.#storage.kv, "session", session);
  }

  /** A device whose row can't be read polls as if it came for the first time. */
  loadPolling(): Polling | undefined {
    return POLLING.getOrReport(this.#storage.kv, "polling");
  }

  savePolling(polling: Polling): void {
    POLLING.put(this.#storage.kv, "polling", polling);
  }

  /** How many typed codes were requested after the session was created. */
  loadUserCodes(): number {
    return USER_CODES_MADE.get(this.#storage.kv, "user-codes") ?? 0;
  }

  saveUserCodes(count: number): void {
    USER_CODES_MADE.put(this.#storage.kv, "user-codes", count);
  }

  /** Deletes all rows and the alarm. `ended` is the session as it ended. */
  async wipe(ended: Session | undefined): Promise<void> {
    this.#redeemed = ended && isTerminal(ended) && ended.status === "redeemed" ? ended : undefined;
    await this.#storage.deleteAll();
  }
}
