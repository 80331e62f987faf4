import type { Session } from "../login/session.ts";

const KEY = "session";

/**
 * Where a session is kept: one row, read and written synchronously, so that nothing else can happen
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

  /** Leaves nothing, neither rows nor alarm. */
  async wipe(): Promise<void> {
    await this.#storage.deleteAll();
  }
}
