import { LANGUAGE } from "../ui/texts.ts";
import type { Way } from "./transport-lane.ts";

/** When each screen received the result, relative to the first one. Pure functions. */

/** By one clock, for the screens that have received the result. */
export type Instants = Partial<Record<Way, number>>;

/** Milliseconds by which each screen was later than the first. */
export function behind(times: Instants): Instants {
  const first = firstOf(times);
  return Object.fromEntries(Object.entries(times).map(([way, at]) => [way, at - first]));
}

/** The earliest time. Infinity if there is none. */
export function firstOf(times: Instants): number {
  return Math.min(...Object.values(times));
}

/** "0 ms", "4 ms", "1.24 s". */
export function duration(ms: number): string {
  const rounded = Math.round(ms);
  return Math.abs(rounded) < 1000 ? `${rounded} ms` : `${fixed(ms / 1000, 2)} s`;
}

/** "214 B", "3.4 kB". */
export function amount(bytes: number): string {
  return bytes < 10_000 ? `${bytes.toLocaleString(LANGUAGE)} B` : `${fixed(bytes / 1000, 1)} kB`;
}

/** A number with a fixed number of decimals, in the format of the language. */
export function fixed(number: number, places: number): string {
  return number.toLocaleString(LANGUAGE, {
    minimumFractionDigits: places,
    maximumFractionDigits: places,
    useGrouping: false,
  });
}
