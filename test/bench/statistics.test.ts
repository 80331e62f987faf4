import { describe, expect, it } from "vitest";
import { runConcurrently, interleaved } from "../../bench/harness/interleave.ts";
import {
  distribution,
  median,
  middle,
  percentile,
  stratified,
} from "../../bench/harness/statistics.ts";

const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);

describe("a percentile", () => {
  it("returns the nearest rank in any order", () => {
    expect(percentile(hundred, 0.5)).toBe(50);
    expect(percentile(hundred, 0.95)).toBe(95);
    expect(percentile(hundred, 0.99)).toBe(99);
    expect(percentile(hundred, 1)).toBe(100);
  });

  it("returns one of a few values", () => {
    expect(percentile([7], 0.01)).toBe(7);
    expect(percentile([3, 1, 2], 0.99)).toBe(3);
    expect(percentile([3, 1, 2], 0.5)).toBe(2);
  });

  it("throws for no values", () => {
    expect(() => percentile([], 0.5)).toThrow(RangeError);
  });

  it("does not change its input", () => {
    const values = [3, 1, 2];
    percentile(values, 0.5);
    expect(values).toEqual([3, 1, 2]);
  });
});

describe("a median", () => {
  it("returns the middle or the mean of the two middle values", () => {
    expect(median([5, 1, 3])).toBe(3);
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });

  it("returns the median of rounds with their spread", () => {
    expect(middle([12, 10, 17])).toEqual({ value: 12, spread: [10, 17] });
  });
});

describe("a distribution", () => {
  it("pools all rounds and takes the spread of their medians", () => {
    expect(distribution([[1, 2, 3], [10, 20, 30], [5]])).toEqual({
      p50: 5,
      p95: 30,
      p99: 30,
      count: 7,
      spread: [2, 20],
    });
  });
});

describe("stratified moments", () => {
  it("places one moment in each part of the interval", () => {
    expect(stratified(4, 1000, () => 0)).toEqual([0, 250, 500, 750]);
    expect(stratified(2, 1000, () => 0.5)).toEqual([250, 750]);
  });
});

describe("rounds", () => {
  it("alternates the order of rounds and keeps results apart", async () => {
    const order: string[] = [];
    const results = await interleaved(["a", "b"], 3, (item, round) => {
      order.push(`${item}${round}`);
      return Promise.resolve(`${item}${round}`);
    });
    expect(order).toEqual(["a0", "b0", "b1", "a1", "a2", "b2"]);
    expect(results.get("b")).toEqual(["b0", "b1", "b2"]);
  });

  it("runs lanes in parallel and stops on request", async () => {
    let [left, atWork, most] = [10, 0, 0];
    await runConcurrently(
      3,
      () => left > 0,
      async () => {
        left -= 1;
        atWork += 1;
        most = Math.max(most, atWork);
        await Promise.resolve();
        atWork -= 1;
      },
    );
    expect([left, atWork, most]).toEqual([0, 0, 3]);
  });
});
