import type { Counted, Tally } from "../targets/counted/counts.ts";
import { NOTHING, times, type Counts } from "./model.ts";

/**
 * Computes the counts of one login from the counters of a server. No I/O.
 */
export interface Readings {
  /** Before the first measured login. */
  before: Counted;
  /** When the last one had started. */
  begun: Counted;
  /** When all of them were finished. */
  after: Counted;
}

/** Objects of which each login has its own. */
const OWN = "LoginSession";

/**
 * Objects that all logins share. Some of their work depends only on time (a new table every ten
 * minutes), so they are read when the last login has started; later work isn't caused by logins.
 */
const SHARED = "UserCodes";

/** The average counts of one of `logins` logins. */
export function countsPerLogin({ before, begun, after }: Readings, logins: number): Counts {
  const own = ownTallies(before, after);
  const shared = difference(before, begun).filter(({ className }) => className === SHARED);
  const others = difference(before, after).filter(
    ({ className }) => className !== OWN && className !== SHARED,
  );
  const all = [...own, ...shared, ...others];
  const sum = (of: (tally: Tally) => number) => all.reduce((total, tally) => total + of(tally), 0);
  return times(1 / logins, {
    ...NOTHING,
    workerRequests: after.workerRequests - before.workerRequests,
    objectRequests: sum(({ requests }) => requests),
    alarms: sum(({ alarms }) => alarms),
    socketMessages: sum(({ socketMessages }) => socketMessages),
    secondsAwake: sum(({ awake }) => awake / 1000),
    rowsRead: sum(({ rowsRead }) => rowsRead),
    rowsWritten: sum(({ rowsWritten }) => rowsWritten),
  });
}

/** The objects of the logins that started after `before`. */
export function ownTallies(before: Counted, after: Counted): Tally[] {
  const known = new Set(before.objects.map(({ id }) => id));
  return after.objects.filter(({ className, id }) => className === OWN && !known.has(id));
}

/** How often the object of a waiting login was called, woken by its alarm, or got a message. */
export interface Disturbance {
  handlers: number;
  /** How often it was evicted and constructed again. */
  wakings: number;
  secondsAwake: number;
}

/** The average activity of a waiting login's object between two readings. */
export function disturbance(before: Counted, waiting: Counted, later: Counted): Disturbance {
  const known = new Map(ownTallies(before, waiting).map((tally) => [tally.id, tally]));
  const own = ownTallies(before, later).filter(({ id }) => known.has(id));
  if (own.length === 0) throw new RangeError("nobody waits");
  const mean = (of: (tally: Tally) => number) => {
    const grown = own.map((tally) => of(tally) - of(known.get(tally.id) ?? tally));
    return grown.reduce((sum, value) => sum + value, 0) / own.length;
  };
  return {
    handlers: mean(({ requests, alarms, socketMessages }) => requests + alarms + socketMessages),
    wakings: mean(({ constructions }) => constructions),
    secondsAwake: mean(({ awake }) => awake / 1000),
  };
}

/** The counts of each object since `before`. */
function difference(before: Counted, after: Counted): Tally[] {
  const earlier = new Map(before.objects.map((tally) => [`${tally.className} ${tally.id}`, tally]));
  return after.objects.map((tally) => {
    const known = earlier.get(`${tally.className} ${tally.id}`);
    if (!known) return tally;
    return {
      ...tally,
      constructions: tally.constructions - known.constructions,
      requests: tally.requests - known.requests,
      alarms: tally.alarms - known.alarms,
      socketMessages: tally.socketMessages - known.socketMessages,
      awake: tally.awake - known.awake,
      rowsRead: tally.rowsRead - known.rowsRead,
      rowsWritten: tally.rowsWritten - known.rowsWritten,
      wipes: tally.wipes - known.wipes,
    };
  });
}
