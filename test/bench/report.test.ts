import { describe, expect, it } from "vitest";
import type { Row } from "../../bench/harness/rows.ts";
import { evaluateGoals, GOALS, type Goal } from "../../bench/report/goals.ts";
import { barChart, pieceWidths } from "../../bench/report/bar-chart.ts";
import { barsOf, CHARTS, costBars, rangesOf } from "../../bench/report/charts.ts";
import { formatNumber, formatValue } from "../../bench/report/format.ts";
import { rangeChart } from "../../bench/report/range-chart.ts";
import { resultsMarkdown } from "../../bench/report/results-md.ts";
import { linearScale, logScale } from "../../bench/report/scales.ts";
import { tableOf } from "../../bench/report/tables.ts";

const rows: Row[] = [
  { measure: "told", subject: "oidc-provider", unit: "ms", p50: 2400, p95: 4700, p99: 4900 },
  { measure: "told", subject: "websocket", unit: "ms", p50: 1.2, p95: 2, p99: 3, spread: [1, 1.5] },
  { measure: "told", subject: "node-ws", unit: "ms", p50: 1, p95: 1.5, p99: 2 },
  { measure: "cpu_per_login", subject: "websocket", at: 1, unit: "ms", value: 9 },
  { measure: "cpu_per_login", subject: "websocket", at: 64, unit: "ms", value: 6 },
  { measure: "cpu_per_login", subject: "bare-object", at: 64, unit: "ms", value: 4 },
  { measure: "cost_per_million", subject: "websocket", unit: "USD", value: 6 },
  {
    measure: "cost_per_million_by_item",
    subject: "websocket",
    at: "requests",
    unit: "USD",
    value: 2,
  },
  { measure: "cost_per_million_by_item", subject: "websocket", at: "rows", unit: "USD", value: 4 },
];

describe("a scale", () => {
  it("starts at zero with a line at each round step", () => {
    const scale = linearScale(10, 100);
    expect([0, 5, 10].map(scale)).toEqual([0, 50, 100]);
    expect(linearScale(7, 100).ticks).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(linearScale(0.3, 100).ticks).toEqual([0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3]);
    expect(linearScale(1500, 100).ticks).toEqual([0, 200, 400, 600, 800, 1000, 1200, 1400]);
  });

  it("draws only zeros at zero", () => {
    expect(linearScale(0, 100)(0)).toBe(0);
  });

  it("covers all values by powers of ten", () => {
    const scale = logScale([0.5, 4900], 100);
    expect(scale.ticks).toEqual([0.1, 1, 10, 100, 1000, 10000]);
    expect([0.1, 1, 10_000].map((value) => Math.round(scale(value)))).toEqual([0, 20, 100]);
  });
});

describe("a chart's data", () => {
  it("lists distributions by median in the color of their subject", () => {
    const ranges = rangesOf(rows, "told");
    expect(ranges.map(({ label, kind, p50 }) => [label, kind, p50])).toEqual([
      ["node-ws", "peer", 1],
      ["websocket", "ours", 1.2],
      ["oidc-provider", "peer", 2400],
    ]);
  });

  it("lists the values at one place in ascending order", () => {
    const bars = barsOf(rows, "cpu_per_login", 64);
    expect(bars.map(({ label, kind, value }) => [label, kind, value])).toEqual([
      ["bare-object", "floor", 4],
      ["websocket", "ours", 6],
    ]);
  });

  it("splits a cost into its parts", () => {
    const [bar] = costBars(rows);
    expect(bar?.parts).toEqual({ requests: 2, rows: 4 });
    expect(bar && pieceWidths(bar, ["requests", "nothing", "rows"])).toEqual([
      { from: 0, to: 2, colour: "s0" },
      { from: 2, to: 6, colour: "s2" },
    ]);
  });

  it("omits a chart without measurements", () => {
    expect(CHARTS.flatMap(({ draw }) => draw([]) ?? [])).toEqual([]);
  });
});

describe("a drawing", () => {
  const words = { title: "A < B", subtitle: "x", unit: "ms" };

  it("draws and labels a bar at its value", () => {
    const svg = barChart(words, [
      { label: "all", kind: "ours", value: 10 },
      { label: "half", kind: "peer", value: 5 },
    ]);
    const widths = Array.from(
      svg.matchAll(/class="bar (?:ours|peer)" x="190" y="[\d.]+" width="([\d.]+)" height="18"/g),
    );
    expect(widths.map(([, width]) => Number(width))).toEqual([530, 265]);
    expect(svg).toContain(">A &lt; B</text>");
    expect(svg).toContain(">10.0 ms</text>");
  });

  it("draws dot, mark and line for a distribution", () => {
    const svg = rangeChart(words, rangesOf(rows, "told"));
    expect(svg.match(/<circle /g)).toHaveLength(3);
    expect(svg.match(/class="range /g)).toHaveLength(3);
    expect(svg).toContain(">2,400 ms</text>");
  });

  it("uses colors for light and dark mode", () => {
    expect(barChart(words, barsOf(rows, "cpu_per_login", 64))).toContain(
      "prefers-color-scheme: dark",
    );
  });
});

describe("a table", () => {
  it("compares each value with the reference of the same run", () => {
    const table = tableOf(
      rows.filter(({ measure }) => measure === "told"),
      "node-ws",
    );
    expect(table).toContain("| `websocket` | 1.20 | 2.00 | 3.00 | 1.00 – 1.50 | 1.20 |");
    expect(table).toContain("| `oidc-provider` | 2,400 | 4,700 | 4,900 |  | 2,400 |");
  });

  it("has a column per place and a dash without a measurement", () => {
    const table = tableOf(
      rows.filter(({ measure }) => measure === "cpu_per_login"),
      "bare-object",
    );
    expect(table.split("\n").slice(2)).toEqual([
      "| `websocket` | 9.00 | – | 6.00 | 1.50 |",
      "| `bare-object` | – | – | 4.00 | 1.00 |",
    ]);
  });
});

describe("a goal", () => {
  const goal = (bound: number, least?: true): Goal => ({
    goal: "told",
    measured: (all) => (all[0] && "p50" in all[0] ? all[0].p50 : undefined),
    bound,
    show: (value) => `${value} ms`,
    cause: "because",
    ...(least ? { least } : {}),
  });

  it("is met at or below its bound and otherwise gives the reason", () => {
    expect(evaluateGoals([goal(2400)], rows)).toEqual([
      { goal: "told", measured: "2400 ms", reached: true },
    ]);
    expect(evaluateGoals([goal(2399)], rows)).toEqual([
      { goal: "told", measured: "2400 ms", reached: false, cause: "because" },
    ]);
  });

  it("can be a minimum", () => {
    expect(evaluateGoals([goal(2400, true)], rows)[0]?.reached).toBe(true);
    expect(evaluateGoals([goal(2401, true)], rows)[0]?.reached).toBe(false);
  });

  it("is skipped without measurements", () => {
    expect(evaluateGoals([goal(1)], [])).toEqual([]);
  });

  it("is checked against the rows it names", () => {
    const measured = Object.fromEntries(
      evaluateGoals(GOALS, rows).map((answer) => [answer.goal, answer]),
    );
    expect(
      measured[
        "The screen knows by WebSocket within 1.5 × of the time of the in-memory Node server"
      ],
    ).toMatchObject({
      measured: "1.20 ×",
      reached: true,
    });
    expect(measured["CPU time of a login within 1.3 × of a bare Durable Object"]).toMatchObject({
      measured: "1.50 ×",
      reached: false,
    });
  });
});

it("compares the cost of server-sent events with that of a WebSocket", () => {
  const reached = (sse: number) => {
    const dear: Row = { measure: "cost_per_million", subject: "sse", unit: "USD", value: sse };
    return evaluateGoals(GOALS, [...rows, dear]).find(({ goal }) => goal.startsWith("Server-sent"))
      ?.reached;
  };
  expect([6, 6.02, 6.1].map(reached)).toEqual([true, true, false]);
});

it("formats numbers for people", () => {
  expect([0, 0.0123, 0.5, 1.234, 12.34, 1234.5].map(formatNumber)).toEqual([
    "0",
    "0.012",
    "0.50",
    "1.23",
    "12.3",
    "1,235",
  ]);
  expect(formatValue(6.666, "USD")).toBe("$6.67");
  expect(formatValue(138_747, "bytes")).toBe("139 kB");
});

it("writes the whole report without missing charts", () => {
  const results = {
    rows,
    suites: { notification: { ranAt: "2026-11-22T10:20:30Z", seconds: 9, notes: ["A note."] } },
  };
  const subjects = [
    { name: "websocket", about: "Ours." },
    { name: "nobody", about: "Not there." },
  ];
  const text = resultsMarkdown(results, { charts: new Set(["notification.svg"]), subjects });
  expect(text).toContain("![Time until the screen knows](charts/notification.svg)");
  expect(text).not.toContain("cpu.svg");
  expect(text).toContain("- **notification** (2026-11-22 10:20 UTC, 9 s). A note.");
  expect(text).toContain("- `websocket`: Ours.");
  expect(text).not.toContain("nobody");
});
