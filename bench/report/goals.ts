import { findRow, headline, type Row, type RowKey } from "../harness/rows.ts";
import { formatNumber, formatValue } from "./format.ts";

/** A goal, and how to read its value from the results. */
export interface Goal {
  goal: string;
  /** The measured value; undefined if its rows are missing. */
  measured: (rows: readonly Row[]) => number | undefined;
  /** The maximum, or with `least` the minimum. */
  bound: number;
  least?: true;
  show: (value: number) => string;
  /** The reason, if the goal is not reached. */
  cause?: string;
}

export interface GoalResult {
  goal: string;
  measured: string;
  reached: boolean;
  cause?: string;
}

const times = (value: number) => `${formatNumber(value)} ×`;
const plain = (unit: string) => (value: number) => formatValue(value, unit);

const valueOf = (key: RowKey) => (rows: readonly Row[]) => {
  const row = findRow(rows, key);
  return row ? headline(row) : undefined;
};

/** Rounded to the precision of the measurement. */
const rounded = (measured: Goal["measured"], to: number) => (rows: readonly Row[]) => {
  const value = measured(rows);
  return value === undefined ? undefined : Math.round(value / to) * to;
};

/** A value divided by another one of the same run. */
const ratioOf = (key: RowKey, reference: RowKey) => (rows: readonly Row[]) => {
  const [value, base] = [valueOf(key)(rows), valueOf(reference)(rows)];
  return value === undefined || base === undefined || base === 0 ? undefined : value / base;
};

/** Logins at the same time. */
const BUSY = 64;

/** Waiting screens. */
const MANY = 1000;

const told = (subject: string) => ({ measure: "told", subject });
const cpu = (subject: string) => ({ measure: "cpu_per_login", subject, at: BUSY });
const memory = (subject: string) => ({ measure: "memory_per_waiting", subject, at: MANY });

export const GOALS: readonly Goal[] = [
  {
    goal: "The screen knows by WebSocket within 1.5 × of the time of the in-memory Node server",
    measured: ratioOf(told("websocket"), told("node-ws")),
    bound: 1.5,
    show: times,
    cause:
      "Most of the time is that of an object that writes, notifies and checks nothing (`bare-object`). The rest are the checks of an approval: the access token, whether this phone scanned the session, and the rate limit.",
  },
  {
    goal: "The screen knows 1,000 × sooner than with oidc-provider, which polls",
    measured: ratioOf(told("oidc-provider"), told("websocket")),
    bound: 1000,
    least: true,
    show: times,
  },
  {
    goal: "The screen knows 1,000 × sooner than with better-auth, which polls",
    measured: ratioOf(told("better-auth"), told("websocket")),
    bound: 1000,
    least: true,
    show: times,
  },
  {
    goal: "CPU time of a login within 1.3 × of a bare Durable Object",
    measured: ratioOf(cpu("websocket"), cpu("bare-object")),
    bound: 1.3,
    show: times,
    cause:
      "The bare object is one object without checks and signatures. A login uses two objects, each with its own database: the session, and the account, which records the login. Proofs are checked and two tokens are signed. No other part is more than a tenth.",
  },
  {
    goal: "CPU time of a login below better-auth's",
    measured: ratioOf(cpu("websocket"), cpu("better-auth")),
    bound: 1,
    show: times,
    cause:
      "better-auth issues a random token from a row of one open database. Here two signed tokens are issued, after each step was stored in a Durable Object. Without the cost after a login, which better-auth doesn't have, both are equal.",
  },
  {
    goal: "Memory per waiting screen within 1.2 × of a bare Durable Object's",
    measured: ratioOf(memory("websocket"), memory("bare-object")),
    bound: 1.2,
    show: times,
  },
  {
    goal: "Server-sent events cost no more on Cloudflare than a WebSocket",
    // The counts are exact; the CPU time in it differs between runs by a percent of the cost.
    measured: rounded(
      ratioOf(
        { measure: "cost_per_million", subject: "sse" },
        { measure: "cost_per_million", subject: "websocket" },
      ),
      0.01,
    ),
    bound: 1,
    show: times,
  },
  ...["websocket", "sse"].map((subject): Goal => ({
    goal: `No wake-up while a screen waits by ${subject}`,
    measured: valueOf({ measure: "wake_ups", subject }),
    bound: 0,
    show: plain("calls"),
  })),
  {
    goal: "At most 5 rows written for a login",
    measured: valueOf({ measure: "rows_written", subject: "websocket", at: "login" }),
    bound: 5,
    show: plain("rows"),
  },
  {
    goal: "No wake-up after a login",
    measured: valueOf({ measure: "alarms", subject: "websocket", at: "login" }),
    bound: 0,
    show: plain("alarms"),
  },
  {
    goal: "At most 2 rows written for an abandoned code",
    measured: valueOf({ measure: "rows_written", subject: "websocket", at: "abandoned code" }),
    bound: 2,
    show: plain("rows"),
  },
  {
    goal: "The screen page with everything it loads below 20 kB, compressed",
    measured: valueOf({ measure: "bytes_to_code", subject: "screen-page" }),
    bound: 20_000,
    show: plain("bytes"),
  },
  {
    goal: "The code is visible one round trip after the connection is open",
    // Computed from times, which differ by this much.
    measured: rounded(valueOf({ measure: "round_trips_to_code", subject: "screen-page" }), 0.1),
    bound: 1,
    show: plain("round trips"),
  },
  {
    goal: "The Worker below 150 kB, compressed",
    measured: valueOf({ measure: "worker_size", subject: "worker" }),
    bound: 150_000,
    show: plain("bytes"),
    cause:
      "SimpleWebAuthn contains libraries for certificates (70 kB). They are evaluated when the first passkey is used, not at the start.",
  },
  {
    goal: "The Worker starts in less than 20 ms",
    measured: valueOf({ measure: "start_up", subject: "worker" }),
    bound: 20,
    show: plain("ms"),
    cause:
      "Measured until the first answer: about two fifths are for parsing the code, one fifth for running it, and two fifths for the first request, which parses the configuration.",
  },
];

/** The result of each goal whose rows exist. */
export function evaluateGoals(goals: readonly Goal[], rows: readonly Row[]): GoalResult[] {
  return goals.flatMap(({ goal, measured, bound, least, show, cause }) => {
    const value = measured(rows);
    if (value === undefined) return [];
    const reached = least ? value >= bound : value <= bound;
    return [{ goal, measured: show(value), reached, ...(cause && !reached ? { cause } : {}) }];
  });
}
