/**
 * Cloudflare's prices on the Workers paid plan, in US dollars, from its documentation at the date beside
 * each price. If a price changes, change it here.
 *
 * Not charged: static assets, outgoing socket messages, pings that the runtime answers, and the time in
 * which a Worker waits. Not documented and counted as free: `deleteAll`, and closing a socket.
 */
const DURABLE_OBJECTS = "https://developers.cloudflare.com/durable-objects/platform/pricing/";
const WORKERS = "https://developers.cloudflare.com/workers/platform/pricing/";

export interface Price {
  /** The item's name on the bill. */
  name: string;
  /** Dollars per million. */
  perMillion: number;
  /** The amount per month that the plan includes. */
  included: number;
  source: string;
  /** When the source was read, or its last change if it says so. */
  date: string;
}

export const PRICES = {
  workerRequests: {
    name: "Worker requests",
    perMillion: 0.3,
    included: 10e6,
    source: WORKERS,
    date: "2026-06-19",
  },
  workerCpuMs: {
    name: "Worker CPU",
    perMillion: 0.02,
    included: 30e6,
    source: WORKERS,
    date: "2026-06-19",
  },
  objectRequests: {
    name: "Object requests",
    perMillion: 0.15,
    included: 1e6,
    source: DURABLE_OBJECTS,
    date: "2026-06-19",
  },
  objectGbSeconds: {
    name: "Object duration",
    perMillion: 12.5,
    included: 400e3,
    source: DURABLE_OBJECTS,
    date: "2026-06-19",
  },
  rowsWritten: {
    name: "Rows written",
    perMillion: 1,
    included: 50e6,
    source: DURABLE_OBJECTS,
    date: "2026-06-19",
  },
  rowsRead: {
    name: "Rows read",
    perMillion: 0.001,
    included: 25e9,
    source: DURABLE_OBJECTS,
    date: "2026-06-19",
  },
} as const satisfies Record<string, Price>;

export type Item = keyof typeof PRICES;

/** Incoming socket messages that count as one request to an object. */
export const MESSAGES_PER_REQUEST = 20;

/** Gigabytes of memory that an awake object is charged for, whatever it uses. */
export const OBJECT_GB = 0.128;

/** The monthly price of the plan. */
export const PLAN = { perMonth: 5, source: WORKERS, date: "2026-06-19" };
