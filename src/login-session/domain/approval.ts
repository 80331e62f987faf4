import { defined } from "../../lib/defined.ts";
import { assessedFor, blockedLoginEvent, bumpVersionIfVisible } from "./risk/assess-claim.ts";
import type {
  Approve,
  Approver,
  PresentedTokens,
  MatchingCodes,
  AccountAuditEvent,
  Outcome,
} from "./commands.ts";
import { closeSession, denyAutomatically, applyExpiry } from "./expiry.ts";
import { err, ok } from "../../lib/result.ts";
import type { LoginErrorCode, LoginResult } from "./errors.ts";
import { timingSafeEqual } from "../../lib/timing-safe-equal.ts";
import type { AuthenticatedUser, ScannedSession, Session, SessionParameters } from "./session.ts";
import { requiresStepUp } from "./step-up.ts";

/** What the phone that scanned may do, and the screen for it: look, approve or deny, and match. */

/** Finds the session that a phone may speak about, by the token it got when it scanned. */
export function requireClaim(
  session: Session,
  { scanTokenHash }: PresentedTokens,
  now: number,
): LoginResult<ScannedSession> {
  const current = applyExpiry(session, now);
  if (current.status !== "scanned") return err(notDecidableError(current));
  if (!timingSafeEqual(current.claim.scanTokenHash, scanTokenHash))
    return err("scan_token_invalid");
  return ok(current);
}

/**
 * The same, where it matters that the phone is no screen (RFC 10027 §5). A typed code doesn't show that at once:
 * the browser that shows it sends its watch token only with what it asks of this very session.
 */
export function requireClaimByOtherDevice(
  session: Session,
  claimant: PresentedTokens,
  now: number,
): LoginResult<ScannedSession> {
  const claimed = requireClaim(session, claimant, now);
  if (!claimed.ok || claimed.value.claim.sameDevice) return claimed;
  const { watchTokenHash } = claimant;
  const isScreen =
    watchTokenHash !== undefined && timingSafeEqual(session.watchTokenHash, watchTokenHash);
  return isScreen ? err("same_device") : claimed;
}

/** Who holds the phone asks, and by that is assessed. What was settled before stays as it is. */
export function viewRequest(
  session: Session,
  { drawn, ...approver }: PresentedTokens & { drawn: MatchingCodes } & Approver,
  now: number,
): Outcome {
  const claimed = requireClaimByOtherDevice(session, approver, now);
  if (!claimed.ok) return claimed;
  const next = bumpVersionIfVisible(claimed.value, assessedFor(claimed.value, approver, drawn));
  const noted = next === claimed.value ? undefined : blockedLoginEvent(next);
  return { ok: true, next, ...(noted ? { noted } : {}) };
}

/** Only the phone that scanned may approve, and only once. */
export function approve(session: Session, command: Approve, now: number): Outcome {
  const claimed = requireClaimByOtherDevice(session, command, now);
  if (!claimed.ok) return claimed;
  const unfit = approverError(claimed.value, command.account, now);
  if (unfit) return err(unfit);

  const assessed = ensureAssessed(claimed.value, command, now);
  if (!assessed.ok || assessed.next.status !== "scanned") return assessed;
  const { next: scanned, ...noted } = assessed;
  // What was found stays found, also where it is the reason for a refusal.
  const kept = scanned === claimed.value ? {} : { ...noted, next: scanned };

  if (scanned.claim.assessed?.verdict === "block") return { ...kept, ...err("risk_blocked") };
  const mismatch = matchingError(scanned, command.match);
  if (mismatch === "match_wrong") {
    return {
      ...err(mismatch),
      next: denyAutomatically(scanned, mismatch, now),
      noted: noteworthy("match_wrong", scanned, command.account),
    };
  }
  if (mismatch) return { ...kept, ...err(mismatch) };
  if (requiresStepUp(scanned, command.account, command.proof, now)) {
    return { ...kept, ...err("step_up_required") };
  }
  const approval = {
    account: command.account,
    approvedAt: now,
    codeExpiresAt: now + scanned.codeTtl,
    ...(command.proof ? { proof: command.proof } : {}),
    ...defined({ accountReference: command.accountReference }),
  };
  return {
    ok: true,
    next: { ...scanned, status: "approved", version: scanned.version + 1, approval },
  };
}

/** Nobody approves what was not assessed for them. */
function ensureAssessed(session: ScannedSession, command: Approve, now: number): Outcome {
  if (session.claim.assessed?.sub === command.account.sub) return { ok: true, next: session };
  if (!command.standing) return err("not_assessed");
  return viewRequest(session, { ...command, standing: command.standing }, now);
}

/**
 * RFC 10027 §6.1.16: somebody who has only one of the two devices before them can't do it. There is
 * one try, since there are only a hundred answers.
 */
function matchingError(
  { claim }: ScannedSession,
  typed: string | undefined,
): "match_required" | "match_wrong" | undefined {
  const match = claim.assessed?.match;
  if (!match) return undefined;
  if (match.by === "screen") return match.done ? undefined : "match_required";
  if (typed === undefined) return "match_required";
  return timingSafeEqual(match.digits, typed) ? undefined : "match_wrong";
}

/** The same from the other side: what the phone shows is typed on the screen. */
export function match(session: Session, { code }: { code: string }, now: number): Outcome {
  if (session.status !== "scanned") return err(notDecidableError(session));
  const { assessed } = session.claim;
  if (assessed?.match?.by !== "screen") return err("match_not_asked");
  if (assessed.match.done) return { ok: true, next: session };
  if (!timingSafeEqual(assessed.match.code, code)) {
    return {
      ...err("match_wrong"),
      next: denyAutomatically(session, "match_wrong", now),
      noted: noteworthy("match_wrong", session, assessed),
    };
  }
  const claim = {
    ...session.claim,
    assessed: { ...assessed, match: { ...assessed.match, done: true } },
  };
  return { ok: true, next: { ...session, version: session.version + 1, claim } };
}

export function deny(session: Session, claimant: PresentedTokens, now: number): Outcome {
  const claimed = requireClaim(session, claimant, now);
  if (!claimed.ok) return claimed;
  const { assessed } = claimed.value.claim;
  return {
    ok: true,
    next: closeSession(claimed.value, "denied", now),
    ...(assessed ? { noted: noteworthy("login_declined", claimed.value, assessed) } : {}),
  };
}

/**
 * What the client asked of the approver (OpenID Connect Core §3.1.2.1: max_age, id_token_hint). Whoever
 * signed in since the login was begun has done what max_age asks for, however short it is.
 */
function approverError(
  { maxAge, expectedSub, createdAt }: SessionParameters,
  { sub, authTime }: AuthenticatedUser,
  now: number,
): LoginErrorCode | undefined {
  if (expectedSub !== undefined && expectedSub !== sub) return "wrong_account";
  if (maxAge === undefined) return undefined;
  const isRecent = authTime !== undefined && (authTime >= createdAt || now - authTime <= maxAge);
  return isRecent ? undefined : "sign_in_again";
}

function notDecidableError(session: Exclude<Session, { status: "scanned" }>): LoginErrorCode {
  switch (session.status) {
    case "pending":
      return "not_scanned";
    case "approved":
    case "redeemed":
      return "already_approved";
    case "denied":
      return session.because ?? "already_denied";
    case "cancelled":
      return "session_cancelled";
    case "expired":
      return "session_expired";
  }
}

function noteworthy(
  type: AccountAuditEvent["type"],
  { id: sessionId, clientId, screen }: ScannedSession,
  { sub, phone }: Pick<AuthenticatedUser, "sub" | "phone">,
): AccountAuditEvent {
  const who = { sub, ...defined({ phone }) };
  return { type, ...who, sessionId, clientId, screen };
}
