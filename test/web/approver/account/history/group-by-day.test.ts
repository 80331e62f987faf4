import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { groupByDay } from "../../../../../src/web/approver/account/history/group-by-day.ts";
import { midnightBefore } from "../../../../../src/web/approver/format-time.ts";

const DAY = 24 * 3600 * 1000;
const now = new Date(2026, 10, 24, 17, 5).getTime();
const before = (ms: number) => new Date(now - ms).toISOString();

describe("groupByDay", () => {
  it("groups events by day, newest first, without losing one", () => {
    const moments = fc.array(fc.integer({ min: 0, max: 400 * DAY }));
    fc.assert(
      fc.property(moments, (passed) => {
        const entries = passed.map((ms) => ({ at: before(ms) }));
        const days = groupByDay(entries);
        const grouped = days.flatMap((day) => day.entries);
        const newestFirst = entries.map(({ at }) => at).toSorted((a, b) => b.localeCompare(a));
        expect(grouped.map(({ at }) => at)).toEqual(newestFirst);
        expect(new Set(days.map(({ midnight }) => midnight)).size).toBe(days.length);
        for (const { midnight, entries } of days) {
          expect(entries).not.toEqual([]);
          for (const { at } of entries) expect(midnightBefore(Date.parse(at))).toBe(midnight);
        }
      }),
    );
  });
});
