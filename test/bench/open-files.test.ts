import { expect, it } from "vitest";
import { maxWaitingScreens, openFileLimit } from "../../bench/harness/open-files.ts";

const LIMITS = `Limit                     Soft Limit           Hard Limit           Units
Max processes             96000                96000                processes
Max open files            20000                524288               files
`;

it("reads the open-file limit of a process", () => {
  expect(openFileLimit(LIMITS)).toBe(20_000);
  expect(openFileLimit(LIMITS.replace("20000 ", "unlimited "))).toBe(Infinity);
  expect(() => openFileLimit("")).toThrow("limits");
});

it("limits connections by the open-file limit", () => {
  expect(maxWaitingScreens(20_000)).toBe(4_500);
  expect(maxWaitingScreens(1_024)).toBe(0);
  expect(maxWaitingScreens(Infinity)).toBe(Infinity);
});
