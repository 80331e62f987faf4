/**
 * How often a device may ask whether its login is decided (RFC 8628 §3.5): a function of its
 * arguments, without clock or storage.
 */
export interface Polling {
  /** Milliseconds that the device waits between two polls, as it was last told. */
  interval: number;
  lastPollAt: number;
}

/** RFC 8628 §3.2: what a device waits unless it is told otherwise. */
export const INTERVAL = 5_000;

/** §3.5: by how much "slow_down" makes every later wait longer. */
const SLOW_DOWN_STEP = 5_000;

/** Who was told to slow down eleven times doesn't listen, and nothing is gained by telling on. */
export const MAX_INTERVAL = 60_000;

/** What the network may take away from an honest wait. */
const LEEWAY = 1_000;

/** An object that is asked again within this time has not left memory since. */
export const IDLE_EVICTION = 10_000;

export interface PollDecision {
  /** What a device is told whose login is not decided yet. */
  answer: "authorization_pending" | "slow_down";
  polling: Polling;
  /**
   * Whether it must be written down. While the interval is no longer than an idle object stays in
   * memory, the last poll needn't be: if it is forgotten, it was long enough ago.
   */
  store: boolean;
}

/** A poll at `now`, after those that are remembered. The first one is never too early. */
export function poll(before: Polling | undefined, now: number): PollDecision {
  if (!before) {
    const polling = { interval: INTERVAL, lastPollAt: now };
    return { answer: "authorization_pending", polling, store: false };
  }
  const { interval, lastPollAt } = before;
  if (now - lastPollAt >= interval - LEEWAY) {
    const polling = { interval, lastPollAt: now };
    return { answer: "authorization_pending", polling, store: interval > IDLE_EVICTION };
  }
  // However often it is asked, only so much is written.
  if (interval >= MAX_INTERVAL) return { answer: "slow_down", polling: before, store: false };
  const polling = { interval: interval + SLOW_DOWN_STEP, lastPollAt: now };
  return { answer: "slow_down", polling, store: true };
}
