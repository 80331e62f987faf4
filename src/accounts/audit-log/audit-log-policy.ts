import { defined } from "../../lib/defined.ts";
import { purgeAt, type LoginRecord } from "../logins/login-record.ts";
import type { AuditEvent, EventContext } from "./audit-event.ts";

/**
 * What is written to an account's audit log, and how it is read. Pure functions. Instants are milliseconds since the
 * epoch.
 */
export type StoredEvent = TracedEvent & { at: number; forgetAt: number };

/** An event, with the root of the unconfirmed phone that caused it. */
export type TracedEvent = AuditEvent & { root?: string };

/** An entry of the log: a stored event, or a state of a login's record. */
export type HistoryLine = { at: number } & (
  | AuditEvent
  | (EventContext & { type: "login" | "device_confirmed" | "device_ended" | "device_not_me" })
);

/**
 * Events that one account has at most of each type, and of each type of attack. No type evicts another, so that
 * nothing that can be repeated hides what happened once.
 */
export const MAX_LINES = 100;

/** Events of each type that the phones of one root have at most. They evict no other events. */
export const MAX_LINES_OF_ROOT = 20;

const HOUR = 3600 * 1000;

/** Events that others can cause; each is recorded so often in an hour. */
const EXTERNALLY_TRIGGERED: ReadonlySet<AuditEvent["type"]> = new Set([
  "attack",
  "code_repeated",
  "login_declined",
  "login_refused",
  "match_wrong",
]);
export const MAX_EXTERNAL_PER_HOUR = 10;

/** Events that only the owner causes are recorded so often in an hour: more come from a script. */
export const MAX_OWN = 60;

/**
 * Whether an event is recorded, so that nobody fills a log with noise. Each type of attack and each root has a limit of
 * its own. The events of a root are only limited in their number, so that the newest is always recorded.
 */
export function shouldRecord(
  event: TracedEvent,
  stored: readonly StoredEvent[],
  now: number,
): boolean {
  const recent = stored.filter((other) => isSameGroup(other, event) && now - other.at < HOUR);
  if (EXTERNALLY_TRIGGERED.has(event.type)) return recent.length < MAX_EXTERNAL_PER_HOUR;
  return event.root !== undefined || recent.length < MAX_OWN;
}

/**
 * The events of the same group to delete, so that one more fits. `stored`: the oldest first. Of the owner's actions the
 * oldest are deleted. Of what others can repeat the first ones and the newest stay, and those between are deleted.
 */
export function linesToDrop<Line extends TracedEvent>(
  event: TracedEvent,
  stored: readonly Line[],
): Line[] {
  const group = stored.filter((other) => isSameGroup(other, event));
  const limit = event.root === undefined ? MAX_LINES : MAX_LINES_OF_ROOT;
  const excess = Math.max(0, group.length + 1 - limit);
  const isRepeatable = event.root !== undefined || EXTERNALLY_TRIGGERED.has(event.type);
  const first = isRepeatable ? limit / 2 : 0;
  return group.slice(first, first + excess);
}

function isSameGroup(a: TracedEvent, b: TracedEvent): boolean {
  if (a.root !== b.root || a.type !== b.type) return false;
  return a.type !== "attack" || b.type !== "attack" || a.what === b.what;
}

/** The log at `now`, the newest entry first. */
export function buildHistory(
  events: readonly StoredEvent[],
  records: readonly LoginRecord[],
  now: number,
): HistoryLine[] {
  const stored = events
    .filter((event) => event.forgetAt > now)
    .map((event): HistoryLine => {
      const { forgetAt: _, root: __, ...line } = event;
      return line;
    });
  const logins = records.filter((record) => purgeAt(record) > now).flatMap(linesOfLogin);
  return [...stored, ...logins].toSorted((a, b) => b.at - a.at);
}

/** The begin of a login, its confirmation and its end. Expiry is not listed. */
function linesOfLogin(record: LoginRecord): HistoryLine[] {
  const { grant } = record;
  if (!grant) return [];
  const { browser, system, city, country } = grant.screen;
  const context: EventContext = {
    clientId: grant.clientId,
    sid: grant.sessionId,
    ...defined({ browser, system, city, country }),
  };
  const lines: HistoryLine[] = [{ type: "login", at: grant.approvedAt, ...context }];
  if (record.confirmedAt !== undefined) {
    lines.push({ type: "device_confirmed", at: record.confirmedAt, ...context });
  }
  if (record.status === "ended") {
    const { endedAt, endedBy, disownedAt } = record;
    if (endedBy !== "stranger" || disownedAt !== undefined) {
      lines.push({ type: "device_ended", at: endedAt, ...context });
    }
    if (endedBy === "stranger") {
      lines.push({ type: "device_not_me", at: disownedAt ?? endedAt, ...context });
    }
  }
  return lines;
}
