import { refusal, success, type LoginError, type RedeemError, type Result } from "./errors.ts";
import { isFresh } from "./rotating-code.ts";
import { sameSecret } from "./same-secret.ts";
import {
  isTombstone,
  type AccountClaims,
  type Device,
  type LiveSession,
  type PendingSession,
  type Session,
  type SessionFacts,
  type Tombstone,
} from "./session.ts";

/**
 * What can happen to a login session, as a function of its arguments: no clock, no randomness, no
 * platform, no I/O. Whatever needs those was done before, and arrives here as a value.
 */
export type Command =
  | {
      type: "scan";
      /** A rotating code and whether its MAC was right, or a typed code that led here. */
      proof: { by: "qr"; t: number; macMatches: boolean } | { by: "user_code" };
      /** Hash of the token that the phone will hold if it is first. */
      scanTokenHash: string;
      phone: Device;
    }
  | { type: "approve"; scanTokenHash: string; account: AccountClaims }
  | { type: "deny"; scanTokenHash: string }
  | { type: "cancel" }
  | {
      type: "redeem";
      codeHash: string;
      clientId: string;
      /** base64url SHA-256 of the PKCE verifier (RFC 7636 §4.6). */
      verifierHash: string;
      /** Where the request names one, it must be the session's (RFC 6749 §4.1.3). */
      redirectUri?: string;
      /** Until when anything that is issued now can be used; a revocation is remembered as long. */
      issuedUntil: number;
    };

/** Wrong codes after which a session takes no more. */
export const MAX_WRONG_CODES = 10;

/** How long an ended session can still be asked about, in milliseconds. */
export const TOMBSTONE_TTL = 60_000;

/**
 * A command's outcome. A refused command changes nothing that anyone can see; `next` is there only
 * where even the refusal must be remembered: a wrong code counts, a code used twice revokes.
 */
export type Outcome =
  { ok: true; next: Session } | { ok: false; error: LoginError; next?: Session };

export function createSession(facts: SessionFacts): PendingSession {
  return { ...facts, status: "pending", version: 1, wrongCodes: 0 };
}

export function transition(session: Session, command: Command, now: number): Outcome {
  const current = settle(session, now);
  switch (command.type) {
    case "scan":
      return scan(current, command, now);
    case "approve":
      return approve(current, command, now);
    case "deny":
      return deny(current, command, now);
    case "cancel":
      return cancel(current, now);
    case "redeem":
      return redeem(current, command, now);
  }
}

/** The session as it is at `now`: time alone ends it, whether or not the alarm has come yet. */
export function settle(session: Session, now: number): Session {
  if (isTombstone(session) || now < nextDeadline(session)) return session;
  return bury(session, "expired", nextDeadline(session));
}

/** Whether nothing of the session needs to be known any more. */
export function isForgettable(session: Session, now: number): boolean {
  return isTombstone(session) && now >= session.wipeAt;
}

/** When time will next do something to the session: end it, or let it be forgotten. */
export function nextDeadline(session: Session): number {
  if (isTombstone(session)) return session.wipeAt;
  if (session.status === "approved") return session.approval.codeExpiresAt;
  return session.expiresAt;
}

/** The first scan wins: whoever comes later gets a conflict, and nothing is told of the first. */
function scan(session: Session, command: Extract<Command, { type: "scan" }>, now: number): Outcome {
  if (session.status !== "pending") return refusal(whyNotPending(session));
  if (session.wrongCodes >= MAX_WRONG_CODES) return refusal("too_many_tries");
  const wrong = wrongCode(session, command.proof, now);
  if (wrong) return { ...refusal(wrong), next: { ...session, wrongCodes: session.wrongCodes + 1 } };

  const { wrongCodes: _, ...facts } = session;
  const claim = { scanTokenHash: command.scanTokenHash, scannedAt: now, phone: command.phone };
  return { ok: true, next: { ...facts, status: "scanned", version: session.version + 1, claim } };
}

function wrongCode(
  session: PendingSession,
  proof: Extract<Command, { type: "scan" }>["proof"],
  now: number,
): LoginError | undefined {
  if (proof.by === "user_code") return undefined;
  if (!proof.macMatches) return "code_invalid";
  return isFresh(proof.t, now - session.createdAt) ? undefined : "code_stale";
}

function whyNotPending(session: Exclude<Session, PendingSession>): LoginError {
  if (session.status === "expired") return "session_expired";
  if (session.status === "cancelled") return "session_cancelled";
  return "already_scanned";
}

/** Only the phone that scanned may approve, and only once. */
function approve(
  session: Session,
  command: Extract<Command, { type: "approve" }>,
  now: number,
): Outcome {
  if (session.status !== "scanned") return refusal(whyUndecidable(session));
  if (!sameSecret(session.claim.scanTokenHash, command.scanTokenHash)) {
    return refusal("scan_token_invalid");
  }
  const approval = {
    account: command.account,
    approvedAt: now,
    codeExpiresAt: now + session.codeTtl,
  };
  return {
    ok: true,
    next: { ...session, status: "approved", version: session.version + 1, approval },
  };
}

function deny(session: Session, command: Extract<Command, { type: "deny" }>, now: number): Outcome {
  if (session.status !== "scanned") return refusal(whyUndecidable(session));
  if (!sameSecret(session.claim.scanTokenHash, command.scanTokenHash)) {
    return refusal("scan_token_invalid");
  }
  return { ok: true, next: bury(session, "denied", now) };
}

function whyUndecidable(session: Exclude<Session, { status: "scanned" }>): LoginError {
  switch (session.status) {
    case "pending":
      return "not_scanned";
    case "approved":
    case "redeemed":
      return "already_approved";
    case "denied":
      return "already_denied";
    case "cancelled":
      return "session_cancelled";
    case "expired":
      return "session_expired";
  }
}

/** The screen gives up. What has ended stays as it ended. */
function cancel(session: Session, now: number): Outcome {
  if (!isTombstone(session)) return { ok: true, next: bury(session, "cancelled", now) };
  switch (session.status) {
    case "redeemed":
      return refusal("already_approved");
    case "denied":
      return refusal("already_denied");
    case "cancelled":
      return refusal("session_cancelled");
    case "expired":
      return refusal("session_expired");
  }
}

/** A code gives tokens once, to the client it was made for, against the verifier of its challenge. */
function redeem(
  session: Session,
  command: Extract<Command, { type: "redeem" }>,
  now: number,
): Outcome {
  if (!sameSecret(session.codeHash, command.codeHash)) return refusal("code_unknown");
  if (session.status === "redeemed") {
    // RFC 6749 §4.1.2: a code that is used twice has been stolen; what it gave is revoked.
    const wipeAt = Math.max(session.wipeAt, command.issuedUntil);
    return { ...refusal("code_used"), next: { ...session, revoked: true, wipeAt } };
  }
  if (session.status === "expired") return refusal("code_expired");
  if (session.status !== "approved") return refusal("code_unknown");
  const refused = notTheirs(session, command);
  return refused ?? { ok: true, next: bury(session, "redeemed", now) };
}

function notTheirs(
  session: SessionFacts,
  command: Extract<Command, { type: "redeem" }>,
): { ok: false; error: RedeemError } | undefined {
  // RFC 6749 §4.1.3: the code was issued to this client, for this redirect.
  if (session.clientId !== command.clientId) return refusal("client_mismatch");
  if (command.redirectUri !== undefined && command.redirectUri !== session.redirect?.uri) {
    return refusal("redirect_mismatch");
  }
  // RFC 7636 §4.6.
  if (!sameSecret(session.codeChallenge, command.verifierHash)) return refusal("verifier_mismatch");
  return undefined;
}

/**
 * Ends a session and keeps only what later answers need. It is kept until the session would have
 * ended anyway, so that the alarm that is armed already serves for forgetting it too; and in any
 * case as long as its code might be tried again.
 */
function bury(session: LiveSession, status: Tombstone["status"], endedAt: number): Tombstone {
  const codeExpiresAt = session.status === "approved" ? session.approval.codeExpiresAt : 0;
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
    wipeAt: Math.max(session.expiresAt, endedAt + TOMBSTONE_TTL, codeExpiresAt),
  };
}

/** Whether what the session's code gave has been revoked. */
export function isRevoked(session: Session): boolean {
  return isTombstone(session) && session.revoked === true;
}

/** Finds the session that a phone may speak about, by the token it got when it scanned. */
export function claimedBy(
  session: Session,
  scanTokenHash: string,
  now: number,
): Result<Extract<LiveSession, { status: "scanned" }>> {
  const current = settle(session, now);
  if (current.status !== "scanned") return refusal(whyUndecidable(current));
  if (!sameSecret(current.claim.scanTokenHash, scanTokenHash)) return refusal("scan_token_invalid");
  return success(current);
}
