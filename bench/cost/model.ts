import { MESSAGES_PER_REQUEST, OBJECT_GB, PRICES, type Item, type Price } from "./prices.ts";

/**
 * The cost of a login on Cloudflare, as a pure function of the counts.
 */
export interface Counts {
  workerRequests: number;
  workerCpuMs: number;
  /** RPC calls, fetches and new sockets. */
  objectRequests: number;
  alarms: number;
  /** Messages from a socket that wake the object. */
  socketMessages: number;
  /** Time in which an object couldn't sleep, active or not. */
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

/** The smallest and the largest count of each item. */
export function range(all: readonly Counts[]): { least: Counts; most: Counts } {
  return {
    least: combine(all, (values) => Math.min(...values)),
    most: combine(all, (values) => Math.max(...values)),
  };
}

/** The used amount of each item of the bill. */
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

/** Dollars for each item, and the total. */
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

/** The cost of `logins` logins when the included amounts are used up. */
export function bill(perLogin: Counts, logins: number): Bill {
  return priced(
    usage(times(logins, perLogin)),
    ({ perMillion }, used) => (used * perMillion) / 1e6,
  );
}

/** The monthly cost of `logins` logins in addition to the plan's price, if nothing else runs. */
export function monthlyBill(perLogin: Counts, logins: number): Bill {
  return priced(
    usage(times(logins, perLogin)),
    ({ perMillion, included }, used) => (Math.max(0, used - included) * perMillion) / 1e6,
  );
}

/** The counts of a login and of the abandoned codes that belong to it. */
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
