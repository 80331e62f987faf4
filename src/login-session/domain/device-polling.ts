/** How often a device may poll for its login (RFC 8628 §3.5). Pure functions of their arguments. */
export interface Polling {
  /** Milliseconds that the device was last asked to wait between two polls. */
  interval: number;
  lastPollAt: number;
}

/** RFC 8628 §3.2: how long a device waits by default. */
export const INTERVAL = 5_000;

/** §3.5: how much every "slow_down" adds to the interval. */
const SLOW_DOWN_STEP = 5_000;

/** A device that ignores eleven "slow_down" responses ignores more, so the interval stops growing. */
export const MAX_INTERVAL = 60_000;

/**
 * How long an approved device code can be redeemed at least, in milliseconds, even if it was approved in the last second
 * of its `expires_in`. Twice the longest interval, so that a device polls once within it.
 */
export const DEVICE_REDEMPTION_TIME = 2 * MAX_INTERVAL;

/** How much earlier a poll may arrive, because network delays vary. */
const LEEWAY = 1_000;

/** An object that is called again within this time is still in memory. */
export const IDLE_EVICTION = 10_000;

export interface PollDecision {
  /** The response while the login is not decided. */
  answer: "authorization_pending" | "slow_down";
  polling: Polling;
  /**
   * Whether it must be stored. While the interval is shorter than an idle object stays in memory, the last
   * poll need not be: if it is forgotten, it was long enough ago.
   */
  store: boolean;
}

/** Decides about a poll at `now`. The first poll is never too early. */
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
  // The number of writes is limited, however often a device polls.
  if (interval >= MAX_INTERVAL) return { answer: "slow_down", polling: before, store: false };
  const polling = { interval: interval + SLOW_DOWN_STEP, lastPollAt: now };
  return { answer: "slow_down", polling, store: true };
}
