import { midnightBefore } from "../../format-time.ts";

/** A day, by its start, with its events. */
export interface Day<Entry> {
  midnight: number;
  entries: Entry[];
}

/** Groups events by day, newest first, in the time zone of the phone. */
export function groupByDay<Entry extends { at: string }>(entries: readonly Entry[]): Day<Entry>[] {
  const newestFirst = [...entries].sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
  const days: Day<Entry>[] = [];
  for (const entry of newestFirst) {
    const midnight = midnightBefore(Date.parse(entry.at));
    const day = days.at(-1);
    if (day?.midnight === midnight) day.entries.push(entry);
    else days.push({ midnight, entries: [entry] });
  }
  return days;
}
