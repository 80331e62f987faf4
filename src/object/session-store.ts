import type { Polling } from "../login/polling.ts";
import type { Session } from "../login/session.ts";

const KEY = "session";
const POLLING = "polling";
const USER_CODES = "user-codes";

/**
 * Where a session is kept: one row, and others only for a device that was told to slow down and for codes
 * to type that were asked for later; read and written synchronously, so that nothing else can happen
 * between reading a session and writing what became of it.
 */
export class SessionStore {
  readonly #storage: DurableObjectStorage;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
  }

  load(): Session | undefined {
    return this.#storage.kv.get<Session>(KEY);
  }

  save(session: Session): void {
    this.#storage.kv.put(KEY, session);
  }

  loadPolling(): Polling | undefined {
    return this.#storage.kv.get<Polling>(POLLING);
  }

  savePolling(polling: Polling): void {
    this.#storage.kv.put(POLLING, polling);
  }

  /** How many codes to type were made for it after its beginning. */
  loadUserCodes(): number {
    return this.#storage.kv.get<number>(USER_CODES) ?? 0;
  }

  saveUserCodes(count: number): void {
    this.#storage.kv.put(USER_CODES, count);
  }

  /** Leaves nothing, neither rows nor alarm. */
  async wipe(): Promise<void> {
    await this.#storage.deleteAll();
  }
}
