import type { Polling } from "../login/polling.ts";
import { isTombstone, type Session, type Tombstone } from "../login/session.ts";

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
  /**
   * The end of a redeemed session of which nothing is stored any more. It is kept as long as the object
   * stays in memory, some seconds at least: so who asks at once, as a long poll does, is told the end.
   */
  #redeemed: Tombstone | undefined;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
  }

  load(): Session | undefined {
    return this.#storage.kv.get<Session>(KEY) ?? this.#redeemed;
  }

  save(session: Session): void {
    if (this.#redeemed && isTombstone(session)) this.#redeemed = session;
    else this.#storage.kv.put(KEY, session);
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

  /** Leaves nothing, neither rows nor alarm. `ended`: how the session ended. */
  async wipe(ended: Session | undefined): Promise<void> {
    this.#redeemed = ended?.status === "redeemed" ? ended : undefined;
    await this.#storage.deleteAll();
  }
}
