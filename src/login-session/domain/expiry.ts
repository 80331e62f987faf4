import { defined } from "../../lib/defined.ts";
import {
  isClosed,
  type AuthenticatedUser,
  type DenialReason,
  type LiveSession,
  type Session,
  type ClosedSession,
} from "./session.ts";

/** How sessions end: by what happened, or by time alone. */

/** How long a session is kept after its end at least, in milliseconds, where its end is kept at all. */
export const CLOSED_SESSION_TTL = 60_000;

/** The session as it is at `now`: time alone ends it, whether or not the alarm has come yet. */
export function applyExpiry(session: Session, now: number): Session {
  if (isClosed(session) || now < nextDeadline(session)) return session;
  return closeSession(session, "expired", nextDeadline(session));
}

/** Whether nothing of the session needs to be known any more. */
export function isPurgeable(session: Session, now: number): boolean {
  return isClosed(session) && now >= session.wipeAt;
}

/** When time will next do something to the session: end it, or let it be forgotten. */
export function nextDeadline(session: Session): number {
  if (isClosed(session)) return session.wipeAt;
  if (session.status === "approved") return session.approval.codeExpiresAt;
  return session.expiresAt;
}

/** Ends a session that nobody has declined: what happened to it did. */
export function denyAutomatically(
  session: LiveSession,
  because: DenialReason,
  now: number,
): ClosedSession {
  return { ...closeSession(session, "denied", now), because };
}

/** Ends a session and keeps only what later answers need. */
export function closeSession(
  session: LiveSession,
  status: ClosedSession["status"],
  endedAt: number,
): ClosedSession {
  const { sub, phone } = subjectOf(session);
  return {
    status,
    version: session.version + 1,
    id: session.id,
    clientId: session.clientId,
    watchTokenHash: session.watchTokenHash,
    codeHash: session.codeHash,
    createdAt: session.createdAt,
    expiresAt: session.expiresAt,
    endedAt,
    wipeAt: purgeTime(session, status, endedAt),
    ...(session.status === "pending" ? {} : { claimed: true }),
    ...defined({ sub, phone }),
    // Who is told of repeats is told of genuine ones alone.
    ...(sub !== undefined && isDecided(status) ? { qrKey: session.qrKey } : {}),
    repeats: session.repeats,
    ...(status === "denied" && session.status === "scanned"
      ? { scanTokenHash: session.claim.scanTokenHash }
      : {}),
  };
}

function isDecided(status: ClosedSession["status"]): boolean {
  return status === "redeemed" || status === "denied";
}

function namesAccount(session: LiveSession): boolean {
  return session.status === "approved" && session.approval.accountReference !== undefined;
}

function subjectOf(session: LiveSession): Partial<Pick<AuthenticatedUser, "sub" | "phone">> {
  if (session.status === "approved") return session.approval.account;
  return session.status === "scanned" ? (session.claim.assessed ?? {}) : {};
}

/**
 * A tombstone is kept until the session would have ended anyway, so that the alarm that is armed
 * already serves for forgetting it too; and in any case as long as its code might be tried again.
 *
 * Two ends need none. A session that nobody decided about in time: that it is over is all there is to
 * say, and follows from there being nothing. And a redeemed session whose code names its account: the
 * account's record of the login answers for the code as long as the login lives.
 */
function purgeTime(session: LiveSession, status: ClosedSession["status"], endedAt: number): number {
  if (status === "expired" && session.status !== "approved") return endedAt;
  if (status === "redeemed" && namesAccount(session)) return endedAt;
  const codeExpiresAt = session.status === "approved" ? session.approval.codeExpiresAt : 0;
  return Math.max(session.expiresAt, endedAt + CLOSED_SESSION_TTL, codeExpiresAt);
}
