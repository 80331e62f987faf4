import { MESSAGES_PER_REQUEST, OBJECT_GB, PRICES, type Item, type Price } from "./prices.ts";

/**
 * What a login costs at the edge, as a function of what was counted: no clock, no I/O.
 */
export interface Counts {
  workerRequests: number;
  workerCpuMs: number;
  /** Calls, fetches and the opening of sockets. */
  objectRequests: number;
  alarms: number;
  /** That came in by a socket and woke the object. */
  socketMessages: number;
  /** For which an object could not sleep, whether or not it did anything. */
  secondsAwake: number;
  rowsRead: number;
  rowsWritten: number;
}

export const NOTHING: Counts = {
  workerRequests: 0,
  workerCpuMs: 0,
  objectRequests: 0,
  alarms: 0,
  socketMessages: 0,
  secondsAwake: 0,
  rowsRead: 0,
  rowsWritten: 0,
};

export function add(...all: readonly Counts[]): Counts {
  return combine(all, (values) => values.reduce((sum, value) => sum + value, 0));
}

export function times(factor: number, counts: Counts): Counts {
  return combine([counts], ([value = 0]) => value * factor);
}

export function mean(all: readonly Counts[]): Counts {
  if (all.length === 0) throw new RangeError("no counts to take the mean of");
  return times(1 / all.length, add(...all));
}

/** The least and the most that were counted of each: equal where it is always the same. */
export function range(all: readonly Counts[]): { least: Counts; most: Counts } {
  return {
    least: combine(all, (values) => Math.min(...values)),
    most: combine(all, (values) => Math.max(...values)),
  };
}

/** How much of each item on the bill is used up. */
export type Usage = Record<Item, number>;

export function usage(counts: Counts): Usage {
  return {
    workerRequests: counts.workerRequests,
    workerCpuMs: counts.workerCpuMs,
    objectRequests:
      counts.objectRequests + counts.alarms + counts.socketMessages / MESSAGES_PER_REQUEST,
    objectGbSeconds: counts.secondsAwake * OBJECT_GB,
    rowsWritten: counts.rowsWritten,
    rowsRead: counts.rowsRead,
  };
}

/** Dollars for each item, and in all. */
export interface Bill {
  items: Record<Item, number>;
  total: number;
}

export const ITEMS: readonly Item[] = [
  "workerRequests",
  "workerCpuMs",
  "objectRequests",
  "objectGbSeconds",
  "rowsWritten",
  "rowsRead",
];

/** What `logins` of them cost where nothing is included any more: the price of one more million. */
export function bill(perLogin: Counts, logins: number): Bill {
  return priced(
    usage(times(logins, perLogin)),
    ({ perMillion }, used) => (used * perMillion) / 1e6,
  );
}

/** What a month with so many logins costs beyond the plan's own price, where they are all that runs. */
export function monthlyBill(perLogin: Counts, logins: number): Bill {
  return priced(
    usage(times(logins, perLogin)),
    ({ perMillion, included }, used) => (Math.max(0, used - included) * perMillion) / 1e6,
  );
}

/** A login, and the codes that nobody scanned beside it. */
export function withAbandoned(login: Counts, abandoned: Counts, perLogin: number): Counts {
  return add(login, times(perLogin, abandoned));
}

function priced(used: Usage, price: (price: Price, used: number) => number): Bill {
  const dollars = (item: Item) => price(PRICES[item], used[item]);
  const items = {
    workerRequests: dollars("workerRequests"),
    workerCpuMs: dollars("workerCpuMs"),
    objectRequests: dollars("objectRequests"),
    objectGbSeconds: dollars("objectGbSeconds"),
    rowsWritten: dollars("rowsWritten"),
    rowsRead: dollars("rowsRead"),
  };
  return { items, total: Object.values(items).reduce((sum, value) => sum + value, 0) };
}

function combine(all: readonly Counts[], of: (values: number[]) => number): Counts {
  const each = (count: keyof Counts) => of(all.map((counts) => counts[count]));
  return {
    workerRequests: each("workerRequests"),
    workerCpuMs: each("workerCpuMs"),
    objectRequests: each("objectRequests"),
    alarms: each("alarms"),
    socketMessages: each("socketMessages"),
    secondsAwake: each("secondsAwake"),
    rowsRead: each("rowsRead"),
    rowsWritten: each("rowsWritten"),
  };
}
