import { poll, type PollDecision, type Polling } from "../domain/device-polling.ts";
import type { SessionStore } from "./session-store.ts";

/** A device's newest poll; what of it must outlive this memory is stored. */
export class DevicePollLimiter {
  readonly #store: SessionStore;
  #newest: Polling | undefined;

  constructor(store: SessionStore) {
    this.#store = store;
  }

  /** A poll before the login is decided. */
  answer(now: number): PollDecision["answer"] {
    const before = this.#newest ?? this.#store.loadPolling();
    const { answer, polling, store } = poll(before, now);
    this.#newest = polling;
    if (store) this.#store.savePolling(polling);
    return answer;
  }
}
