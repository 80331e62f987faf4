import { headline, type Row } from "../harness/rows.ts";
import { barChart, type Bar } from "./bar-chart.ts";
import { kindOf } from "./kinds.ts";
import { rangeChart, type Range } from "./range-chart.ts";

/** A drawing of some of the results; none where they are not there. */
export interface Chart {
  file: string;
  draw: (rows: readonly Row[]) => string | undefined;
}

export const CHARTS: readonly Chart[] = [
  {
    file: "told.svg",
    draw: (rows) =>
      whereAny(rangesOf(rows, "told"), (ranges) =>
        rangeChart(
          {
            title: "Told how fast",
            subtitle:
              "From sending the approval to the screen knowing. Dot: median; line: to p99, mark at p95.",
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
            title: "What a login costs the server",
            subtitle: "CPU of the server's process for one complete login, 64 at a time.",
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
            title: "A screen that waits",
            subtitle:
              "Memory of the server's process for each waiting screen, 1,000 of them waiting.",
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
            subtitle: "All bytes of one login, headers included.",
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
            title: "What a million logins cost at the edge",
            subtitle: "US dollars, by what is charged; two abandoned codes beside each login.",
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

/** The distributions of a measure, the soonest first. */
export function rangesOf(rows: readonly Row[], measure: string): Range[] {
  return rows
    .flatMap((row): Range[] => {
      if (row.measure !== measure || !("p50" in row)) return [];
      const { subject: label, p50, p95, p99 } = row;
      return [{ label, kind: kindOf(label), p50, p95, p99 }];
    })
    .toSorted((a, b) => a.p50 - b.p50);
}

/** The values of a measure, the least first. */
export function barsOf(rows: readonly Row[], measure: string, at?: Row["at"]): Bar[] {
  return rows
    .filter((row) => row.measure === measure && (at === undefined || row.at === at))
    .map((row) => ({ label: row.subject, kind: kindOf(row.subject), value: headline(row) }))
    .toSorted((a, b) => a.value - b.value);
}

/** What each way of waiting costs, by what is charged. */
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
