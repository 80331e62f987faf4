import { expect, it } from "vitest";
import { spread } from "../../bench/harness/poll-phases.ts";

it("spreads moments evenly over five seconds around the middle", () => {
  expect(spread(5, 30_000)).toEqual([28_000, 29_000, 30_000, 31_000, 32_000]);
  expect(spread(1, 30_000)).toEqual([30_000]);
  expect(spread(0, 30_000)).toEqual([]);
});

it("returns no moment before the start", () => {
  expect(spread(5, 1_000)).toEqual([0, 0, 1_000, 2_000, 3_000]);
});
