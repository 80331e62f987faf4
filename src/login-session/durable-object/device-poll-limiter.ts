import { poll, type PollDecision, type Polling } from "../domain/device-polling.ts";
import type { SessionStore } from "./session-store.ts";

/** Remembers the last poll of a device: in memory, and in storage if it must survive an eviction. */
export class DevicePollLimiter {
  readonly #store: SessionStore;
  #last: Polling | undefined;

  constructor(store: SessionStore) {
    this.#store = store;
  }

  /** The response to a poll before the login is decided. */
  answer(now: number): PollDecision["answer"] {
    const before = this.#last ?? this.#store.loadPolling();
    const { answer, polling, store } = poll(before, now);
    this.#last = polling;
    if (store) this.#store.savePolling(polling);
    return answer;
  }
}
