import type { Row } from "../harness/rows.ts";
import { bill, ITEMS, monthlyBill, withAbandoned, type Counts } from "./model.ts";
import { PRICES } from "./prices.ts";

/** Codes that nobody scans, for each login. */
export const ABANDONED = 2;

export const MILLION = 1_000_000;

/** The counts of one transport. */
export interface Counted {
  subject: string;
  login: Counts;
  abandoned: Counts;
}

/** The counts with their names in the results and their units. */
const COUNTS: readonly [count: keyof Counts, measure: string, unit: string][] = [
  ["workerRequests", "worker_requests", "requests"],
  ["workerCpuMs", "cpu_at_the_edge", "ms"],
  ["objectRequests", "object_requests", "requests"],
  ["alarms", "alarms", "alarms"],
  ["socketMessages", "socket_messages", "messages"],
  ["secondsAwake", "seconds_awake", "s"],
  ["rowsRead", "rows_read", "rows"],
  ["rowsWritten", "rows_written", "rows"],
];

export const COST_MEASURES: readonly string[] = [
  ...COUNTS.map(([, measure]) => measure),
  "cost_per_million",
  "cost_per_million_by_item",
  "month_of_a_million",
];

/** The counts, and the cost of a million logins with the abandoned codes of each. */
export function costRows({ subject, login, abandoned }: Counted): Row[] {
  const counted = COUNTS.flatMap(([count, measure, unit]): Row[] => [
    { measure, subject, at: "login", unit, value: login[count] },
    { measure, subject, at: "abandoned code", unit, value: abandoned[count] },
  ]);
  const all = withAbandoned(login, abandoned, ABANDONED);
  const { items, total } = bill(all, MILLION);
  const unit = "USD";
  return [
    ...counted,
    { measure: "cost_per_million", subject, unit, value: total },
    ...ITEMS.map((item): Row => ({
      measure: "cost_per_million_by_item",
      subject,
      at: PRICES[item].name,
      unit,
      value: items[item],
    })),
    { measure: "month_of_a_million", subject, unit, value: monthlyBill(all, MILLION).total },
  ];
}
