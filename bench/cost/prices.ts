/**
 * What Cloudflare charges on the Workers paid plan, in US dollars, as its documentation said on the
 * date beside each price. This is the one place to change when it says something else.
 *
 * Not charged: static assets, outgoing socket messages, pings that the runtime answers by itself, the
 * time for which a Worker waits. Not documented, and counted as nothing: `deleteAll`, and the close of
 * a socket.
 */
const DURABLE_OBJECTS = "https://developers.cloudflare.com/durable-objects/platform/pricing/";
const WORKERS = "https://developers.cloudflare.com/workers/platform/pricing/";

export interface Price {
  /** What the bill calls it. */
  name: string;
  /** Dollars for a million. */
  perMillion: number;
  /** How many a month the plan's own price includes. */
  included: number;
  source: string;
  /** When the source was read, or last changed where it says so. */
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

/** Gigabytes that an object is charged for while it is awake, however little it uses. */
export const OBJECT_GB = 0.128;

/** The price of the plan itself, a month; it pays for what is included. */
export const PLAN = { perMonth: 5, source: WORKERS, date: "2026-06-19" };
