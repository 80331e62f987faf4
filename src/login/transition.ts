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
      proof:
        | {
            grant: "authorization_code";
            /** base64url SHA-256 of the PKCE verifier (RFC 7636 §4.6). */
            verifierHash: string;
            /** Where the browser was sent with the code, as the request names it. */
            redirectUri?: string;
            /** Where it was sent for certain, if the client has only one. */
            onlyRedirectUri?: string;
          }
        | { grant: "device_code" };
      /** Thumbprint of the DPoP key that whoever redeems has shown to hold, if any. */
      jkt?: string;
    };

/** Wrong codes after which a session takes no more. */
export const MAX_WRONG_CODES = 10;

/** How long an ended session can still be asked about, in milliseconds. */
export const TOMBSTONE_TTL = 60_000;

type Redemption = Extract<Command, { type: "redeem" }>;

/**
 * A command's outcome. A refused command changes nothing that anyone can see; `next` is there only
 * where even the refusal must be remembered: a wrong code counts.
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

export function whyNotPending(session: Exclude<Session, PendingSession>): LoginError {
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
  const unfit = unfitApprover(session, command.account, now);
  if (unfit) return refusal(unfit);
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

/**
 * What the client asked of the approver (OpenID Connect Core §3.1.2.1: max_age, id_token_hint). Whoever
 * signed in since the login was begun has done what max_age asks for, however short it is.
 */
function unfitApprover(
  { maxAge, expectedSub, createdAt }: SessionFacts,
  { sub, authTime }: AccountClaims,
  now: number,
): LoginError | undefined {
  if (expectedSub !== undefined && expectedSub !== sub) return "wrong_account";
  if (maxAge === undefined) return undefined;
  const isRecent = authTime !== undefined && (authTime >= createdAt || now - authTime <= maxAge);
  return isRecent ? undefined : "sign_in_again";
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

/** A code gives tokens once, to the client it was made for, against the proof of who began. */
function redeem(
  session: Session,
  command: Extract<Command, { type: "redeem" }>,
  now: number,
): Outcome {
  if (!sameSecret(session.codeHash, command.codeHash)) return refusal("code_unknown");
  // RFC 6749 §4.1.3: the code was issued to this client.
  if (session.clientId !== command.clientId) return refusal("client_mismatch");
  if (session.status !== "approved") return refusal(whyNotRedeemable(session, command.proof));
  const refused = notTheirs(session, command);
  return refused ?? { ok: true, next: bury(session, "redeemed", now) };
}

function whyNotRedeemable(
  session: Exclude<Session, { status: "approved" }>,
  { grant }: Redemption["proof"],
): RedeemError {
  switch (session.status) {
    case "pending":
    case "scanned":
      // A device knows its code from the beginning and asks until it is good (RFC 8628 §3.5).
      return grant === "device_code" && session.begunBy.grant === "device_code"
        ? "authorization_pending"
        : "code_unknown";
    case "denied":
    case "cancelled":
      return "access_denied";
    case "expired":
      return "code_expired";
    case "redeemed":
      return "code_used";
  }
}

function notTheirs(
  session: SessionFacts,
  { proof, jkt }: Redemption,
): { ok: false; error: RedeemError } | undefined {
  const { begunBy, dpopJkt } = session;
  // RFC 9449 §10: the code is worth something to the holder of that key alone.
  if (dpopJkt !== undefined && dpopJkt !== jkt) return refusal("key_mismatch");
  if (proof.grant === "device_code") {
    return begunBy.grant === "device_code" ? undefined : refusal("grant_mismatch");
  }
  if (begunBy.grant !== "authorization_code") return refusal("grant_mismatch");
  // RFC 6749 §4.1.3: it names the login's redirect again, if it has one. A client that has no other
  // need not (OpenID Connect Core §3.1.3.2).
  const redirectUri = proof.redirectUri ?? (session.redirect && proof.onlyRedirectUri);
  if (redirectUri !== session.redirect?.uri) return refusal("redirect_mismatch");
  // RFC 7636 §4.6.
  if (!sameSecret(begunBy.codeChallenge, proof.verifierHash)) return refusal("verifier_mismatch");
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
    ...(status === "redeemed" && session.status === "approved"
      ? { sub: session.approval.account.sub }
      : {}),
  };
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
