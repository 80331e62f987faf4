import { headline, type Row } from "../harness/rows.ts";
import { barChart, type Bar } from "./bar-chart.ts";
import { kindOf } from "./kinds.ts";
import { rangeChart, type Range } from "./range-chart.ts";

/** A chart of some of the results; undefined if they are missing. */
export interface Chart {
  file: string;
  draw: (rows: readonly Row[]) => string | undefined;
}

export const CHARTS: readonly Chart[] = [
  {
    file: "notification.svg",
    draw: (rows) =>
      whereAny(rangesOf(rows, "told"), (ranges) =>
        rangeChart(
          {
            title: "Time until the screen knows",
            subtitle:
              "From sending the approval until the screen knows of it. Dot: median; line: to p99; mark: p95.",
            unit: "ms",
          },
          ranges,
        ),
      ),
  },
  {
    file: "cpu.svg",
    draw: (rows) =>
      whereAny(barsOf(rows, "cpu_per_login", 64), (bars) =>
        barChart(
          {
            title: "CPU time of a login",
            subtitle:
              "CPU time of the server's process for one complete login, 64 at the same time.",
            unit: "ms",
          },
          bars,
        ),
      ),
  },
  {
    file: "memory.svg",
    draw: (rows) =>
      whereAny(barsOf(rows, "memory_per_waiting", 1000), (bars) =>
        barChart(
          {
            title: "Memory of a waiting screen",
            subtitle: "Memory of the server's process for each waiting screen, with 1,000 of them.",
            unit: "kB",
          },
          bars,
        ),
      ),
  },
  {
    file: "bytes.svg",
    draw: (rows) =>
      whereAny(barsOf(rows, "bytes"), (bars) =>
        barChart(
          {
            title: "Bytes on the wire",
            subtitle: "All bytes of one login, including headers.",
            unit: "bytes",
          },
          bars,
        ),
      ),
  },
  {
    file: "cost.svg",
    draw: (rows) =>
      whereAny(costBars(rows), (bars) =>
        barChart(
          {
            title: "Cost of a million logins on Cloudflare",
            subtitle: "US dollars, by item of the bill; with two abandoned codes for each login.",
            unit: "USD",
          },
          bars,
        ),
      ),
  },
];

function whereAny<Item>(items: Item[], draw: (items: Item[]) => string): string | undefined {
  return items.length === 0 ? undefined : draw(items);
}

/** The distributions of a measure, the fastest first. */
export function rangesOf(rows: readonly Row[], measure: string): Range[] {
  return rows
    .flatMap((row): Range[] => {
      if (row.measure !== measure || !("p50" in row)) return [];
      const { subject: label, p50, p95, p99 } = row;
      return [{ label, kind: kindOf(label), p50, p95, p99 }];
    })
    .toSorted((a, b) => a.p50 - b.p50);
}

/** The values of a measure, the smallest first. */
export function barsOf(rows: readonly Row[], measure: string, at?: Row["at"]): Bar[] {
  return rows
    .filter((row) => row.measure === measure && (at === undefined || row.at === at))
    .map((row) => ({ label: row.subject, kind: kindOf(row.subject), value: headline(row) }))
    .toSorted((a, b) => a.value - b.value);
}

/** The cost of each transport, by item of the bill. */
export function costBars(rows: readonly Row[]): Bar[] {
  return barsOf(rows, "cost_per_million").map((bar) => ({
    ...bar,
    parts: Object.fromEntries(
      rows
        .filter((row) => row.measure === "cost_per_million_by_item" && row.subject === bar.label)
        .map((row) => [String(row.at), headline(row)]),
    ),
  }));
}
