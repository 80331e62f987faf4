import { describe, expect, it } from "vitest";
import {
  ago,
  dayName,
  duration,
  midnightBefore,
  timeOfDay,
} from "../../../src/web/approver/format-time.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** In the time zone of the machine, as on a phone. */
const now = new Date(2026, 10, 24, 17, 5).getTime();
const clock = { language: "en", now };
const before = (ms: number) => new Date(now - ms).toISOString();

describe("ago and timeOfDay", () => {
  it.each([
    [0, "0 seconds ago"],
    [59 * SECOND, "59 seconds ago"],
    [MINUTE, "1 minute ago"],
    [HOUR - 1, "59 minutes ago"],
    [23 * HOUR, "23 hours ago"],
    [DAY, "1 day ago"],
    [6 * DAY, "6 days ago"],
    [7 * DAY, "1 week ago"],
    [45 * DAY, "1 month ago"],
    [400 * DAY, "1 year ago"],
  ])(`formats a time %d milliseconds ago as "%s"`, (passed, words) => {
    expect(ago(before(passed), clock)).toBe(words);
  });

  it("formats a time in the future as now, since clocks differ", () => {
    expect(ago(before(-HOUR), clock)).toBe(ago(before(0), clock));
  });

  it("formats times in the language of the page", () => {
    expect(ago(before(3 * HOUR), { language: "de", now })).toBe("vor 3 Stunden");
    expect(timeOfDay(before(0), { language: "de", now })).toBe("17:05");
  });
});

describe("dayName", () => {
  const words = { today: "Today", yesterday: "Yesterday" };
  const named = (moment: number) => dayName(midnightBefore(moment), clock, words);

  it("names today and yesterday by words, and other days by their date", () => {
    expect(named(now)).toBe("Today");
    expect(named(new Date(2026, 10, 24, 0, 0).getTime())).toBe("Today");
    expect(named(new Date(2026, 10, 23, 23, 59).getTime())).toBe("Yesterday");
    expect(named(new Date(2026, 10, 22, 23, 59).getTime())).toBe("Sunday, November 22, 2026");
  });
});

describe("duration", () => {
  const DAY_SECONDS = DAY / SECOND;

  it.each([
    [30, "30 seconds"],
    [600, "10 minutes"],
    [3600, "60 minutes"],
    [5400, "90 minutes"],
    [DAY_SECONDS, "24 hours"],
    [90 * DAY_SECONDS, "90 days"],
    [100_000, "28 hours"],
  ])(`formats %i seconds as "%s", rounded up`, (seconds, text) => {
    expect(duration(seconds, "en")).toBe(text);
  });

  it("formats a duration in the language of the page", () => {
    expect(duration(90 * DAY_SECONDS, "de")).toBe("90 Tage");
    expect(duration(90 * DAY_SECONDS, "fr")).toBe("90\u00A0jours");
  });
});
