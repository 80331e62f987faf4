import { expect, it } from "vitest";
import { NOTHING } from "../../bench/cost/model.ts";
import { COST_MEASURES, costRows } from "../../bench/cost/rows.ts";
import { findRow, headline } from "../../bench/harness/rows.ts";
import { costBars } from "../../bench/report/charts.ts";

const login = { ...NOTHING, workerRequests: 5, rowsWritten: 5, objectRequests: 6 };
const abandoned = { ...NOTHING, workerRequests: 2, rowsWritten: 2, objectRequests: 2, alarms: 1 };
const rows = costRows({ subject: "websocket", login, abandoned });

const value = (measure: string, at?: string) => {
  const row = findRow(rows, { measure, subject: "websocket", ...(at === undefined ? {} : { at }) });
  return row && headline(row);
};

it("reports the counts of a login and of an abandoned code", () => {
  expect(value("rows_written", "login")).toBe(5);
  expect(value("rows_written", "abandoned code")).toBe(2);
  expect(value("alarms", "abandoned code")).toBe(1);
});

it("reports the cost of a million logins with two abandoned codes each", () => {
  // 9 M requests to the Worker, 12 M to objects, 9 M rows.
  expect(value("cost_per_million")).toBeCloseTo(2.7 + 1.8 + 9);
  expect(value("cost_per_million_by_item", "Worker requests")).toBeCloseTo(2.7);
  expect(value("cost_per_million_by_item", "Object requests")).toBeCloseTo(1.8);
  expect(value("cost_per_million_by_item", "Rows written")).toBeCloseTo(9);
});

it("reports the monthly bill of a million logins", () => {
  expect(value("month_of_a_million")).toBeCloseTo(11 * 0.15);
});

it("announces every measure", () => {
  for (const { measure } of rows) expect(COST_MEASURES).toContain(measure);
});

it("gives the chart bars that are split by charge", () => {
  const [bar, ...others] = costBars(rows);
  expect(others).toEqual([]);
  expect(bar).toMatchObject({ label: "websocket" });
  const parts = Object.values(bar?.parts ?? {});
  expect(parts.reduce((sum, part) => sum + part, 0)).toBeCloseTo(bar?.value ?? NaN);
});
