/** The longest polling interval here, in milliseconds. */
const LONGEST_INTERVAL = 5_000;

/**
 * Times around `middle`, spread evenly over the longest polling interval, so that approvals come at every
 * phase between two polls.
 */
export function spread(count: number, middle: number): number[] {
  const begin = middle - LONGEST_INTERVAL / 2;
  const moment = (i: number) => begin + ((i + 0.5) / count) * LONGEST_INTERVAL;
  return Array.from({ length: count }, (_, i) => Math.max(0, moment(i)));
}
