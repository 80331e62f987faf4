/** Pure functions of numbers. */

/**
 * A percentile by the nearest-rank method: always a measured value, never one between two.
 */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = Math.max(1, Math.ceil(share * sorted.length));
  const value = sorted[rank - 1];
  if (value === undefined) throw new RangeError("nothing was measured");
  return value;
}

/** The median; for an even number of values the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  if (upper === undefined || lower === undefined) throw new RangeError("nothing was measured");
  return (lower + upper) / 2;
}

export interface Distribution {
  p50: number;
  p95: number;
  p99: number;
  /** Number of values. */
  count: number;
  /** The smallest and the largest median of the rounds. */
  spread: [number, number];
}

/** The distribution of all rounds together, and the range of their medians. */
export function distribution(rounds: readonly (readonly number[])[]): Distribution {
  const all = rounds.flat();
  const medians = rounds.filter((round) => round.length > 0).map(median);
  return {
    p50: percentile(all, 0.5),
    p95: percentile(all, 0.95),
    p99: percentile(all, 0.99),
    count: all.length,
    spread: runSize(medians),
  };
}

export interface Middle {
  value: number;
  spread: [number, number];
}

/** The median of the rounds, and their range. */
export function middle(rounds: readonly number[]): Middle {
  return { value: median(rounds), spread: runSize(rounds) };
}

export function runSize(values: readonly number[]): [number, number] {
  if (values.length === 0) throw new RangeError("nothing was measured");
  return [Math.min(...values), Math.max(...values)];
}

/**
 * Random times within an interval, one in each equal part of it, so that every phase (just before a poll,
 * just after one) is covered evenly, even by few times. `random` returns values from 0 up to 1.
 */
export function stratified(count: number, interval: number, random: () => number): number[] {
  return Array.from({ length: count }, (_, i) => ((i + random()) / count) * interval);
}
