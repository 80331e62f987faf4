/** What is read of the meters: the one thing that those who count and those who are counted share. */

/** What one object was seen to do. Counted beside it: the object itself knows nothing of it. */
export interface Tally {
  className: string;
  /** The object's id, in hexadecimal. */
  id: string;
  /** Once when it is first used, and again whenever it wakes. */
  constructions: number;
  /** Calls by RPC, and fetches. */
  requests: number;
  alarms: number;
  socketMessages: number;
  /** Milliseconds in which something was going on that keeps the object from sleeping. */
  awake: number;
  rowsRead: number;
  rowsWritten: number;
  /** Calls of `deleteAll`, whose charge is not documented. */
  wipes: number;
}

/** What was counted since the process was started. */
export interface Counted {
  /** Requests to the Worker, other than those that read the meters. */
  workerRequests: number;
  objects: Tally[];
}

/** Where it is read. */
export const COUNTS_PATH = "/bench/counts";
