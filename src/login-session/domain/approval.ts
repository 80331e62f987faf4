import { defined } from "../../lib/defined.ts";
import { err, ok } from "../../lib/result.ts";
import { timingSafeEqual } from "../../lib/timing-safe-equal.ts";
import type { AuthenticatedUser } from "./authenticated-user.ts";
import type {
  AccountAuditEvent,
  Approve,
  Approver,
  MatchingCodes,
  Outcome,
  PresentedTokens,
} from "./commands.ts";
import type { LoginError, LoginResult } from "./errors.ts";
import { applyExpiry, closeSession, denyAutomatically } from "./expiry.ts";
import {
  assessedFor,
  blockedLoginEvent,
  bumpVersionIfVisible,
} from "./risk/matching-and-step-up.ts";
import type { ScannedSession, Session, SessionParameters } from "./session.ts";
import { requiresStepUp } from "./step-up.ts";

/** What the phone that scanned can do: view the request, approve or deny it. And number matching, on both devices. */

/** Checks the token that the phone received when it scanned. */
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
 * Checks the token, and that the phone is not the screen (RFC 10027 §5). After a typed code that is known
 * only now, because a browser sends its watch token only with requests about this session.
 */
export function requireClaimByOtherDevice(
  session: Session,
  tokens: PresentedTokens,
  now: number,
): LoginResult<ScannedSession> {
  const claimed = requireClaim(session, tokens, now);
  if (!claimed.ok || claimed.value.claim.sameDevice) return claimed;
  const { watchTokenHash } = tokens;
  const isScreen =
    watchTokenHash !== undefined && timingSafeEqual(session.watchTokenHash, watchTokenHash);
  return isScreen ? err("same_device") : claimed;
}

/** The first view by an account assesses the risk for it. Later views change nothing. */
export function viewRequest(
  session: Session,
  command: PresentedTokens & { approver: Approver; matchingCodes: MatchingCodes },
  now: number,
): Outcome {
  const claimed = requireClaimByOtherDevice(session, command, now);
  if (!claimed.ok) return claimed;
  const assessed = assessedFor(claimed.value, command.approver, command.matchingCodes);
  const next = bumpVersionIfVisible(claimed.value, assessed);
  const auditEvent = next === claimed.value ? undefined : blockedLoginEvent(next);
  return { ok: true, next, ...defined({ auditEvent }) };
}

/** Only the phone that scanned can approve, and only once. Viewing the request is part of it. */
export function approve(session: Session, command: Approve, now: number): Outcome {
  const claimed = requireClaimByOtherDevice(session, command, now);
  if (!claimed.ok) return claimed;
  const { account } = command.approver;
  const unfit = approverError(claimed.value, account, now);
  if (unfit) return err(unfit);

  const viewed = viewRequest(session, command, now);
  if (!viewed.ok || viewed.next.status !== "scanned") return viewed;
  const { next: scanned, ...events } = viewed;
  // The assessment is stored even if it is the reason for a refusal.
  const stored = scanned === claimed.value ? {} : { ...events, next: scanned };

  if (scanned.claim.assessed?.verdict === "block") return { ...stored, ...err("risk_blocked") };
  const mismatch = matchingError(scanned, command.match);
  if (mismatch === "match_wrong") {
    return {
      ...err(mismatch),
      next: denyAutomatically(scanned, mismatch, now),
      auditEvent: auditEventOf("match_wrong", scanned, account),
    };
  }
  if (mismatch) return { ...stored, ...err(mismatch) };
  if (requiresStepUp(scanned, account, command.proof, now)) {
    const { stepUpMaxAge: maxAge, stepUpAcr: acr } = scanned.policy;
    return { ...stored, ...err({ code: "step_up_required", maxAge, acr }) };
  }
  const { proof, accountReference } = command;
  const approval = {
    account,
    approvedAt: now,
    codeExpiresAt: codeExpiryOf(scanned, now),
    ...defined({ proof, accountReference }),
  };
  return {
    ok: true,
    next: { ...scanned, status: "approved", version: scanned.version + 1, approval },
  };
}

/** A device code is valid for all of its `expires_in`, whenever it is approved (RFC 8628 §3.2). */
function codeExpiryOf({ begunBy, expiresAt, codeTtl }: ScannedSession, now: number): number {
  const earliest = begunBy.grant === "device_code" ? expiresAt : 0;
  return Math.max(earliest, now + codeTtl);
}

/**
 * Number matching (RFC 10027 §6.1.16): somebody who has only one of the two devices can't copy the digits.
 * There is one try, because there are only a hundred answers.
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

/** The opposite direction: the code that the phone shows is typed on the screen. */
export function match(session: Session, { code }: { code: string }, now: number): Outcome {
  if (session.status !== "scanned") return err(notDecidableError(session));
  const { assessed } = session.claim;
  if (assessed?.match?.by !== "screen") return err("match_not_asked");
  if (assessed.match.done) return { ok: true, next: session };
  if (!timingSafeEqual(assessed.match.code, code)) {
    return {
      ...err("match_wrong"),
      next: denyAutomatically(session, "match_wrong", now),
      auditEvent: auditEventOf("match_wrong", session, assessed),
    };
  }
  const claim = {
    ...session.claim,
    assessed: { ...assessed, match: { ...assessed.match, done: true } },
  };
  return { ok: true, next: { ...session, version: session.version + 1, claim } };
}

export function deny(session: Session, tokens: PresentedTokens, now: number): Outcome {
  const claimed = requireClaim(session, tokens, now);
  if (!claimed.ok) return claimed;
  const { assessed } = claimed.value.claim;
  return {
    ok: true,
    next: closeSession(claimed.value, "denied", now),
    ...(assessed && { auditEvent: auditEventOf("login_declined", claimed.value, assessed) }),
  };
}

/**
 * What the client requires of the approver (OpenID Connect Core §3.1.2.1: max_age, id_token_hint; §5.5.1:
 * sub and an essential acr). A sign-in after the login was created satisfies every max_age.
 */
export function approverError(
  session: SessionParameters & { createdAt: number },
  { sub, authTime, acr, phone }: AuthenticatedUser,
  now: number,
): LoginError | undefined {
  const { maxAge, expectedSub, allowedSubs, requiredAcr, createdAt } = session;
  if (expectedSub !== undefined && expectedSub !== sub) return "wrong_account";
  if (allowedSubs?.includes(sub) === false) return "wrong_account";
  if (requiredAcr && !(acr !== undefined && requiredAcr.includes(acr))) {
    // A passkey account has no acr. Another issuer's app can ask that issuer for it (RFC 9470 §3).
    if (phone !== undefined) return "wrong_account";
    return { code: "step_up_required", maxAge: session.policy.stepUpMaxAge, acr: requiredAcr };
  }
  if (maxAge === undefined) return undefined;
  const isRecent = authTime !== undefined && (authTime >= createdAt || now - authTime <= maxAge);
  return isRecent ? undefined : "sign_in_again";
}

function notDecidableError(session: Exclude<Session, ScannedSession>): LoginError {
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

function auditEventOf(
  type: AccountAuditEvent["type"],
  { id: sessionId, clientId, screen }: ScannedSession,
  { sub, phone }: Pick<AuthenticatedUser, "sub" | "phone">,
): AccountAuditEvent {
  return { type, sub, ...defined({ phone }), sessionId, clientId, screen };
}
