import type { Polling } from "../domain/device-polling.ts";
import { isClosed, type Session, type ClosedSession } from "../domain/session.ts";
import { POLLING, SESSION, USER_CODES_MADE } from "./session-rows.ts";

/**
 * Where a session is kept: one row, and others only for a device that was told to slow down and for codes
 * to type that were asked for later; read and written synchronously, so that nothing else can happen
 * between reading a session and writing what became of it.
 */
export class SessionStore {
  readonly #storage: DurableObjectStorage;
  /**
   * The end of a redeemed session of which nothing is stored any more. It is kept as long as the object
   * stays in memory, some seconds at least: so who asks at once, as a long poll does, is told the end.
   */
  #redeemed: ClosedSession | undefined;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
  }

  load(): Session | undefined {
    return SESSION.get(this.#storage.kv, "session") ?? this.#redeemed;
  }

  save(session: Session): void {
    if (this.#redeemed && isClosed(session)) this.#redeemed = session;
    else SESSION.put(this.#storage.kv, "session", session);
  }

  /** A device whose row can't be read polls as if it came for the first time. */
  loadPolling(): Polling | undefined {
    return POLLING.getOrReport(this.#storage.kv, "polling");
  }

  savePolling(polling: Polling): void {
    POLLING.put(this.#storage.kv, "polling", polling);
  }

  /** How many codes to type were made for it after its beginning. */
  loadUserCodes(): number {
    return USER_CODES_MADE.get(this.#storage.kv, "user-codes") ?? 0;
  }

  saveUserCodes(count: number): void {
    USER_CODES_MADE.put(this.#storage.kv, "user-codes", count);
  }

  /** Leaves nothing, neither rows nor alarm. `ended`: how the session ended. */
  async wipe(ended: Session | undefined): Promise<void> {
    this.#redeemed = ended?.status === "redeemed" ? ended : undefined;
    await this.#storage.deleteAll();
  }
}
