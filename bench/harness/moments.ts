/** Milliseconds: the longest interval at which anybody polls here. */
const LONGEST_INTERVAL = 5_000;

/**
 * Moments round `middle`, spread evenly over the longest polling interval: so that polls are met at
 * every phase, just before the next one as well as just after the last.
 */
export function spread(count: number, middle: number): number[] {
  const begin = middle - LONGEST_INTERVAL / 2;
  const moment = (i: number) => begin + ((i + 0.5) / count) * LONGEST_INTERVAL;
  return Array.from({ length: count }, (_, i) => Math.max(0, moment(i)));
}
