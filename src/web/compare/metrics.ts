import * as v from "valibot";
import { LANGUAGE, UNIT } from "../ui/texts.ts";

/** The measurements that the page shows. They are selected when the page is built. */

const Spread = { p50: v.number(), p95: v.number(), p99: v.number() };
const Common = {
  measure: v.string(),
  subject: v.string(),
  unit: v.string(),
  /** The number of concurrent logins, or another condition. */
  at: v.exactOptional(v.union([v.string(), v.number()])),
};

/** A row of bench/results.json. */
const Row = v.union([
  v.object({ ...Common, ...Spread }),
  v.object({ ...Common, value: v.number() }),
]);

export const Results = v.array(Row);
export type Row = v.InferOutput<typeof Row>;

/** One figure of the page: a median or a single value. */
export interface Figure {
  measure: string;
  subject: string;
  unit: string;
  value: number;
}

/** The measures that the page shows, with their subjects. */
export const SHOWN: Readonly<Record<string, readonly string[]>> = {
  told: [
    "websocket",
    "sse",
    "long-poll",
    "poll-2s",
    "poll-5s",
    "callback",
    "node-ws",
    "oidc-provider",
    "better-auth",
  ],
  bytes: ["websocket", "sse", "long-poll", "poll-2s", "callback"],
  requests: ["websocket", "sse", "long-poll", "poll-2s", "callback"],
  memory_per_waiting: ["websocket", "sse", "node-ws", "node-sse"],
  wake_ups: ["websocket", "sse"],
  cost_per_million: ["websocket", "sse", "poll-5s", "poll-2s", "sse-in-object"],
};

/** Selects the figures: for each measure and subject the row without a condition, or else the first. */
export function figuresOf(rows: readonly Row[]): Figure[] {
  return Object.entries(SHOWN).flatMap(([measure, subjects]) =>
    subjects.flatMap((subject) => {
      const found = rows.filter((row) => row.measure === measure && row.subject === subject);
      const row = found.find(({ at }) => at === undefined) ?? found[0];
      if (!row) return [];
      return [{ measure, subject, unit: row.unit, value: "value" in row ? row.value : row.p50 }];
    }),
  );
}

/** The figures of one measure for these subjects, in their order. */
export function figuresFor(
  figures: readonly Figure[],
  measure: string,
  subjects: readonly string[],
): Figure[] {
  return subjects.flatMap((subject) => {
    const figure = figures.find((one) => one.measure === measure && one.subject === subject);
    return figure ? [figure] : [];
  });
}

/** A figure with at most three significant digits, and its unit. */
export function formatFigure({ value, unit }: Figure): string {
  const [number, name] = unit === "bytes" && value >= 10_000 ? [value / 1000, "kB"] : [value, unit];
  const text = number.toLocaleString(LANGUAGE, {
    maximumSignificantDigits: number < 1000 ? 3 : undefined,
    maximumFractionDigits: number < 1000 ? undefined : 0,
  });
  const words: Record<string, string> = UNIT;
  return name === "" ? text : `${text} ${words[name] ?? name}`;
}
