/** The language and the current time for formatting. */
export interface Clock {
  language: string;
  /** Milliseconds since the epoch, by the server's clock. */
  now: number;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The first one that fits is used. */
const UNITS = [
  ["year", 365 * DAY],
  ["month", 30 * DAY],
  ["week", 7 * DAY],
  ["day", DAY],
  ["hour", HOUR],
  ["minute", MINUTE],
] as const;

/** "3 hours ago". A time in the future counts as now, since clocks differ. */
export function ago(iso: string, { language, now }: Clock): string {
  const passed = Math.max(0, now - Date.parse(iso));
  const relative = new Intl.RelativeTimeFormat(language, { numeric: "always" });
  for (const [unit, length] of UNITS) {
    if (passed >= length) return relative.format(-Math.floor(passed / length), unit);
  }
  return relative.format(-Math.floor(passed / SECOND), "second");
}

/** Without weeks and months, since settings are seldom a whole number of these. */
const DURATIONS = [
  ["day", DAY],
  ["hour", HOUR],
  ["minute", MINUTE],
] as const;

/** "90 days": in the largest unit of which there are at least two, rounded up because it is an upper bound. */
export function duration(seconds: number, language: string): string {
  const [unit, length] = DURATIONS.find(([, length]) => seconds * SECOND >= 2 * length) ?? [
    "second",
    SECOND,
  ];
  const format = new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" });
  return format.format(Math.ceil((seconds * SECOND) / length));
}

/** "24 November 2026", in the format of the language. */
export function date(iso: string, { language }: Clock): string {
  return new Intl.DateTimeFormat(language, { dateStyle: "long" }).format(Date.parse(iso));
}

/** "17:05", in the format of the language. */
export function timeOfDay(iso: string, { language }: Clock): string {
  return new Intl.DateTimeFormat(language, { timeStyle: "short" }).format(Date.parse(iso));
}

/** "Tuesday, 24 November 2026", or the words for today and yesterday. */
export function dayName(
  midnight: number,
  { language, now }: Clock,
  words: { today: string; yesterday: string },
): string {
  if (midnight === midnightBefore(now)) return words.today;
  // Not by subtracting 24 hours, since days with a clock change are shorter or longer.
  if (midnight === midnightBefore(midnightBefore(now) - 1)) return words.yesterday;
  return new Intl.DateTimeFormat(language, { dateStyle: "full" }).format(midnight);
}

/** The start of a day, in the time zone of the phone. */
export function midnightBefore(moment: number): number {
  return new Date(moment).setHours(0, 0, 0, 0);
}
