import { expect, it } from "vitest";
import { maxWaitingScreens, openFileLimit } from "../../bench/harness/open-files.ts";

const LIMITS = `Limit                     Soft Limit           Hard Limit           Units
Max processes             96000                96000                processes
Max open files            20000                524288               files
`;

it("reads how many files a process may open", () => {
  expect(openFileLimit(LIMITS)).toBe(20_000);
  expect(openFileLimit(LIMITS.replace("20000 ", "unlimited "))).toBe(Infinity);
  expect(() => openFileLimit("")).toThrow("limits");
});

it("gathers no more than may open their files, and never less than nobody", () => {
  expect(maxWaitingScreens(20_000)).toBe(4_500);
  expect(maxWaitingScreens(1_024)).toBe(0);
  expect(maxWaitingScreens(Infinity)).toBe(Infinity);
});
