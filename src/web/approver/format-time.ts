/** How moments are told, in whose words, and against which now. */
export interface Clock {
  language: string;
  /** Milliseconds since the epoch, by the server's clock. */
  now: number;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** From the large to the small: the first that fits is used. */
const UNITS = [
  ["year", 365 * DAY],
  ["month", 30 * DAY],
  ["week", 7 * DAY],
  ["day", DAY],
  ["hour", HOUR],
  ["minute", MINUTE],
] as const;

/** "3 hours ago". What is said to come from the future is of now: clocks differ. */
export function ago(iso: string, { language, now }: Clock): string {
  const passed = Math.max(0, now - Date.parse(iso));
  const relative = new Intl.RelativeTimeFormat(language, { numeric: "always" });
  for (const [unit, length] of UNITS) {
    if (passed >= length) return relative.format(-Math.floor(passed / length), unit);
  }
  return relative.format(-Math.floor(passed / SECOND), "second");
}

/** From the large to the small, for durations: a setting is seldom a whole number of weeks or months. */
const DURATIONS = [
  ["day", DAY],
  ["hour", HOUR],
  ["minute", MINUTE],
] as const;

/** "90 days": in the largest unit of which there are two, rounded up, since it is said as a bound. */
export function duration(seconds: number, language: string): string {
  const [unit, length] = DURATIONS.find(([, length]) => seconds * SECOND >= 2 * length) ?? [
    "second",
    SECOND,
  ];
  const format = new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" });
  return format.format(Math.ceil((seconds * SECOND) / length));
}

/** "24 November 2026", as one writes it there. */
export function date(iso: string, { language }: Clock): string {
  return new Intl.DateTimeFormat(language, { dateStyle: "long" }).format(Date.parse(iso));
}

/** "17:05", as one writes it there. */
export function timeOfDay(iso: string, { language }: Clock): string {
  return new Intl.DateTimeFormat(language, { timeStyle: "short" }).format(Date.parse(iso));
}

/** "Tuesday, 24 November 2026"; words for the two days that everybody has words for. */
export function dayName(
  midnight: number,
  { language, now }: Clock,
  words: { today: string; yesterday: string },
): string {
  if (midnight === midnightBefore(now)) return words.today;
  // By the calendar: days on which the clocks change are longer or shorter.
  if (midnight === midnightBefore(midnightBefore(now) - 1)) return words.yesterday;
  return new Intl.DateTimeFormat(language, { dateStyle: "full" }).format(midnight);
}

/** When the day of a moment began here. */
export function midnightBefore(moment: number): number {
  return new Date(moment).setHours(0, 0, 0, 0);
}
