/** The format of the counters, shared by the counting Worker and the benchmark. */

/** The counts of one object. They are made outside the object. */
export interface Tally {
  className: string;
  /** The object's id, in hexadecimal. */
  id: string;
  /** Constructor calls: at the first use, and again after each eviction. */
  constructions: number;
  /** RPC calls and fetches. */
  requests: number;
  alarms: number;
  socketMessages: number;
  /** Milliseconds in which the object couldn't sleep. */
  awake: number;
  rowsRead: number;
  rowsWritten: number;
  /** Calls of `deleteAll`, whose charge is not documented. */
  wipes: number;
}

/** The counts since the start of the process. */
export interface Counted {
  /** Requests to the Worker, except those that read the counters. */
  workerRequests: number;
  objects: Tally[];
}

/** The path of the counters. */
export const COUNTS_PATH = "/bench/counts";
