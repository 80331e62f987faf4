import { defined } from "../../lib/defined.ts";
import type { AuditEvent } from "./audit-event.ts";
import { purgeAt, type LoginRecord } from "../logins/login-record.ts";

/**
 * An account's history, as functions of their arguments: what may be written into it, and how it is
 * read. Instants are milliseconds since the epoch.
 */
export type StoredEvent = NotedEvent & { at: number; forgetAt: number };

/** An event, with the root of the unconfirmed phone that has brought it about, if one has. */
export type NotedEvent = AuditEvent & { root?: string };

/** A line of the history: an event that was kept, or what a login's record tells. */
export type HistoryLine = { at: number } & (
  AuditEvent | (Place & { type: "login" | "device_confirmed" | "device_ended" | "device_not_me" })
);

type Place = Pick<AuditEvent, "clientId" | "sid" | "browser" | "system" | "city" | "country">;

/**
 * Lines that one account has at most of each type, and of each sort of attack. No type pushes out another, so that
 * nothing that can be repeated hides what happened once.
 */
export const MAX_LINES = 100;

/** Lines of each type that the phones of one root have at most: they never take the places of anybody else's. */
export const MAX_LINES_OF_ROOT = 20;

const HOUR = 3600 * 1000;

/** What others can bring about, and how often in an hour that is worth a line. */
const EXTERNALLY_TRIGGERED: ReadonlySet<AuditEvent["type"]> = new Set([
  "attack",
  "code_repeated",
  "login_declined",
  "login_refused",
  "match_wrong",
]);
export const MAX_EXTERNAL_PER_HOUR = 10;

/** What only the owner does: more in an hour is a machine, which must not push out what is there. */
export const MAX_OWN = 60;

/**
 * Whether an event is kept, beside those that are there: no stranger fills a history with noise. Each
 * sort of attack counts by itself, so that nobody hides one behind the noise of another; and so does each root, whose
 * other lines are bounded by their number alone, so that the newest is always there.
 */
export function shouldRecord(
  event: NotedEvent,
  kept: readonly StoredEvent[],
  now: number,
): boolean {
  const alike = kept.filter((known) => isAlike(known, event) && now - known.at < HOUR);
  if (EXTERNALLY_TRIGGERED.has(event.type)) return alike.length < MAX_EXTERNAL_PER_HOUR;
  return event.root !== undefined || alike.length < MAX_OWN;
}

/**
 * The lines that make room for one more, of the same group. `kept`: the oldest first. Of what the owner does the oldest
 * go. Of what others can repeat at will the first ones stay, and the newest: what is in between goes.
 */
export function linesToDrop<Line extends NotedEvent>(
  event: NotedEvent,
  kept: readonly Line[],
): Line[] {
  const alike = kept.filter((known) => isAlike(known, event));
  const places = event.root === undefined ? MAX_LINES : MAX_LINES_OF_ROOT;
  const surplus = Math.max(0, alike.length + 1 - places);
  const isRepeatable = event.root !== undefined || EXTERNALLY_TRIGGERED.has(event.type);
  const first = isRepeatable ? places / 2 : 0;
  return alike.slice(first, first + surplus);
}

function isAlike(a: NotedEvent, b: NotedEvent): boolean {
  if (a.root !== b.root || a.type !== b.type) return false;
  return a.type !== "attack" || b.type !== "attack" || a.what === b.what;
}

/** Everything that is to be read at `now`, the newest first. */
export function buildHistory(
  events: readonly StoredEvent[],
  records: readonly LoginRecord[],
  now: number,
): HistoryLine[] {
  const told = events
    .filter((event) => event.forgetAt > now)
    .map((event): HistoryLine => {
      const { forgetAt: _, root: __, ...line } = event;
      return line;
    });
  const logins = records.filter((record) => purgeAt(record) > now).flatMap(linesOfLogin);
  return [...told, ...logins].toSorted((a, b) => b.at - a.at);
}

/** What a login's record tells: its beginning, and what its owner said of it. That time ended it goes without saying. */
function linesOfLogin(record: LoginRecord): HistoryLine[] {
  const { grant } = record;
  if (!grant) return [];
  const { browser, system, city, country } = grant.screen;
  const about: Place = {
    clientId: grant.clientId,
    sid: grant.sessionId,
    ...defined({ browser, system, city, country }),
  };
  const lines: HistoryLine[] = [{ type: "login", at: grant.approvedAt, ...about }];
  if (record.confirmedAt !== undefined) {
    lines.push({ type: "device_confirmed", at: record.confirmedAt, ...about });
  }
  if (record.status === "ended") {
    const { endedAt, endedBy, disownedAt } = record;
    if (endedBy !== "stranger" || disownedAt !== undefined) {
      lines.push({ type: "device_ended", at: endedAt, ...about });
    }
    if (endedBy === "stranger") {
      lines.push({ type: "device_not_me", at: disownedAt ?? endedAt, ...about });
    }
  }
  return lines;
}
