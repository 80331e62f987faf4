import { LANGUAGE } from "../ui/texts.ts";
import type { Way } from "./transport-lane.ts";

/** When each screen knew, counted from the first of them: functions of their arguments. */

/** Instants by one clock, of those that know already. */
export type Instants = Partial<Record<Way, number>>;

/** Milliseconds that each knew later than the first: 0 for the first itself. */
export function behind(known: Instants): Instants {
  const first = firstOf(known);
  return Object.fromEntries(Object.entries(known).map(([way, at]) => [way, at - first]));
}

/** The earliest instant; Infinity while nobody knows. */
export function firstOf(known: Instants): number {
  return Math.min(...Object.values(known));
}

/** Milliseconds for people: "0 ms", "4 ms", "1.24 s". */
export function duration(ms: number): string {
  const rounded = Math.round(ms);
  return Math.abs(rounded) < 1000 ? `${rounded} ms` : `${fixed(ms / 1000, 2)} s`;
}

/** Bytes for people: "214 B", "3.4 kB". */
export function amount(bytes: number): string {
  return bytes < 10_000 ? `${bytes.toLocaleString(LANGUAGE)} B` : `${fixed(bytes / 1000, 1)} kB`;
}

/** A number with so many places after its point, which is a comma elsewhere. */
export function fixed(number: number, places: number): string {
  return number.toLocaleString(LANGUAGE, {
    minimumFractionDigits: places,
    maximumFractionDigits: places,
    useGrouping: false,
  });
}
