import { defined } from "../../lib/defined.ts";
import { isTerminal } from "../../protocol/snapshot.ts";
import type { AuthenticatedUser } from "./authenticated-user.ts";
import type { ClosedSession, DenialReason, LiveSession, Session } from "./session.ts";

/** How sessions end: by an event, or by time. */

/** How long a session is kept after its end at least, in milliseconds, if its end is kept at all. */
export const CLOSED_SESSION_TTL = 60_000;

/** The session at `now`: it expires by time, even if the alarm has not come yet. */
export function applyExpiry(session: Session, now: number): Session {
  if (isTerminal(session) || now < nextDeadline(session)) return session;
  return closeSession(session, "expired", nextDeadline(session));
}

/** Whether the session can be deleted. */
export function isPurgeable(session: Session, now: number): boolean {
  return isTerminal(session) && now >= session.wipeAt;
}

/** When time changes the session next: it expires, or can be deleted. */
export function nextDeadline(session: Session): number {
  if (isTerminal(session)) return session.wipeAt;
  if (session.status === "approved") return session.approval.codeExpiresAt;
  return session.expiresAt;
}

/** Whether the code of an approved session has expired. Only the account knows whether it was redeemed before. */
export function isCodeExpired(session: Session, now: number): boolean {
  return session.status === "approved" && now >= nextDeadline(session);
}

/** Denies a login without a person's decision. */
export function denyAutomatically(
  session: LiveSession,
  because: DenialReason,
  now: number,
): ClosedSession {
  return { ...closeSession(session, "denied", now), because };
}

/** Ends a session and keeps only what later requests need. */
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
    // Needed to tell genuine codes from others, so that only genuine ones are reported as repeated.
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
 * A closed session is kept until the session would have expired, so that the alarm which is set already
 * also deletes it; and at least as long as its code may be tried again.
 *
 * Two kinds are not kept. A session that expired without a decision: a missing session is reported as
 * expired anyway. And a redeemed session whose code names its account: the account's record of the
 * login answers for the code as long as the login lives.
 */
function purgeTime(session: LiveSession, status: ClosedSession["status"], endedAt: number): number {
  if (status === "expired" && session.status !== "approved") return endedAt;
  if (status === "redeemed" && namesAccount(session)) return endedAt;
  const codeExpiresAt = session.status === "approved" ? session.approval.codeExpiresAt : 0;
  return Math.max(session.expiresAt, endedAt + CLOSED_SESSION_TTL, codeExpiresAt);
}
