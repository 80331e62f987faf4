import { findRow, headline, type Row, type RowKey } from "../harness/rows.ts";
import { formatNumber, formatValue } from "./format.ts";

/** Something that was aimed at, and how the results answer it. */
export interface Aim {
  aim: string;
  /** What was measured, as a number; undefined where the rows for it are missing. */
  measured: (rows: readonly Row[]) => number | undefined;
  /** At most, unless `least`. */
  bound: number;
  least?: true;
  show: (value: number) => string;
  /** Why it is not reached, where it isn't. */
  cause?: string;
}

export interface Answer {
  aim: string;
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

/** Rounded to what is known: what was measured is no better than that. */
const rounded = (measured: Aim["measured"], to: number) => (rows: readonly Row[]) => {
  const value = measured(rows);
  return value === undefined ? undefined : Math.round(value / to) * to;
};

/** One number as a multiple of another of the same run. */
const ratioOf = (key: RowKey, reference: RowKey) => (rows: readonly Row[]) => {
  const [value, base] = [valueOf(key)(rows), valueOf(reference)(rows)];
  return value === undefined || base === undefined || base === 0 ? undefined : value / base;
};

/** At this many logins at a time. */
const BUSY = 64;

/** At this many screens that wait. */
const MANY = 1000;

const told = (subject: string) => ({ measure: "told", subject });
const cpu = (subject: string) => ({ measure: "cpu_per_login", subject, at: BUSY });
const memory = (subject: string) => ({ measure: "memory_per_waiting", subject, at: MANY });

export const AIMS: readonly Aim[] = [
  {
    aim: "Told by WebSocket within 1.5 × of the in-memory Node server",
    measured: ratioOf(told("websocket"), told("node-ws")),
    bound: 1.5,
    show: times,
    cause:
      "An object that writes, tells, and checks nothing (`bare-object`) takes most of that. The rest is what an approval must be asked: whose token it is, whether this phone holds the session, and whether it comes too often.",
  },
  {
    aim: "Told 1,000 × sooner than by oidc-provider, which polls",
    measured: ratioOf(told("oidc-provider"), told("websocket")),
    bound: 1000,
    least: true,
    show: times,
  },
  {
    aim: "Told 1,000 × sooner than by better-auth, which polls",
    measured: ratioOf(told("better-auth"), told("websocket")),
    bound: 1000,
    least: true,
    show: times,
  },
  {
    aim: "CPU per login within 1.3 × of a bare Durable Object",
    measured: ratioOf(cpu("websocket"), cpu("bare-object")),
    bound: 1.3,
    show: times,
    cause:
      "The floor is one object, without anything to check or to sign. A login is two, each a database of its own: its session, and its account, which remembers it; proofs are checked, and two tokens are signed. Of the rest, no part that could be left out is a tenth.",
  },
  {
    aim: "CPU per login under better-auth's",
    measured: ratioOf(cpu("websocket"), cpu("better-auth")),
    bound: 1,
    show: times,
    cause:
      "What better-auth gives is a random token of a row in the one database that is open; ours are two that are signed, after each step was kept in an object of its own. Without what comes afterwards, of which there is nothing in better-auth's, the two are level.",
  },
  {
    aim: "Memory per waiting screen within 1.2 × of a bare Durable Object's",
    measured: ratioOf(memory("websocket"), memory("bare-object")),
    bound: 1.2,
    show: times,
  },
  {
    aim: "Server-sent events no dearer at the edge than a WebSocket",
    // Its counts are exact; the milliseconds of CPU in it differ from run to run by a percent of the cost.
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
  ...["websocket", "sse"].map((subject): Aim => ({
    aim: `Not one wake-up while a screen waits by ${subject}`,
    measured: valueOf({ measure: "wake_ups", subject }),
    bound: 0,
    show: plain("calls"),
  })),
  {
    aim: "At most 5 rows written per login",
    measured: valueOf({ measure: "rows_written", subject: "websocket", at: "login" }),
    bound: 5,
    show: plain("rows"),
  },
  {
    aim: "Not one wake-up after a login",
    measured: valueOf({ measure: "alarms", subject: "websocket", at: "login" }),
    bound: 0,
    show: plain("alarms"),
  },
  {
    aim: "At most 2 rows written per abandoned code",
    measured: valueOf({ measure: "rows_written", subject: "websocket", at: "abandoned code" }),
    bound: 2,
    show: plain("rows"),
  },
  {
    aim: "The screen page under 20 kB in all, compressed",
    measured: valueOf({ measure: "bytes_to_code", subject: "screen-page" }),
    bound: 20_000,
    show: plain("bytes"),
  },
  {
    aim: "Its code visible after one round trip beyond the connection",
    // Concluded from times, which differ by as much.
    measured: rounded(valueOf({ measure: "round_trips_to_code", subject: "screen-page" }), 0.1),
    bound: 1,
    show: plain("round trips"),
  },
  {
    aim: "The Worker under 150 kB, compressed",
    measured: valueOf({ measure: "worker_size", subject: "worker" }),
    bound: 150_000,
    show: plain("bytes"),
    cause:
      "SimpleWebAuthn checks signatures with its own parser, which brings libraries that read certificates: 70 kB. They are evaluated when the first passkey is used, not at start.",
  },
  {
    aim: "The Worker starts in under 20 ms",
    measured: valueOf({ measure: "start_up", subject: "worker" }),
    bound: 20,
    show: plain("ms"),
    cause:
      "It is measured to the first answer: some two fifths are reading the code, one fifth is running it, and two fifths are the first request, which reads the configuration.",
  },
];

/** What the results say of each aim that they can answer. */
export function answers(aims: readonly Aim[], rows: readonly Row[]): Answer[] {
  return aims.flatMap(({ aim, measured, bound, least, show, cause }) => {
    const value = measured(rows);
    if (value === undefined) return [];
    const reached = least ? value >= bound : value <= bound;
    return [{ aim, measured: show(value), reached, ...(cause && !reached ? { cause } : {}) }];
  });
}
