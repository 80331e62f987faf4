import { assessedFor, refusedBy, shownAnew } from "./assess-claim.ts";
import type { Approve, Approver, Claimant, Drawn, Noteworthy, Outcome } from "./command.ts";
import { bury, declineFor, settle } from "./end.ts";
import { refusal, success, type LoginError, type Result } from "./errors.ts";
import { sameSecret } from "./same-secret.ts";
import type { AccountClaims, ScannedSession, Session, SessionFacts } from "./session.ts";
import { lacksStepUp } from "./step-up.ts";

/** What the phone that scanned may do, and the screen for it: look, approve or deny, and match. */

/** Finds the session that a phone may speak about, by the token it got when it scanned. */
export function claimedBy(
  session: Session,
  { scanTokenHash }: Claimant,
  now: number,
): Result<ScannedSession> {
  const current = settle(session, now);
  if (current.status !== "scanned") return refusal(whyUndecidable(current));
  if (!sameSecret(current.claim.scanTokenHash, scanTokenHash)) return refusal("scan_token_invalid");
  return success(current);
}

/**
 * The same, where it matters that the phone is no screen (RFC 10027 §5). A typed code doesn't show that at once:
 * the browser that shows it sends its watch token only with what it asks of this very session.
 */
export function heldByPhone(
  session: Session,
  claimant: Claimant,
  now: number,
): Result<ScannedSession> {
  const claimed = claimedBy(session, claimant, now);
  if (!claimed.ok || claimed.value.claim.sameDevice) return claimed;
  const { watchTokenHash } = claimant;
  const isScreen =
    watchTokenHash !== undefined && sameSecret(session.watchTokenHash, watchTokenHash);
  return isScreen ? refusal("same_device") : claimed;
}

/** Who holds the phone asks, and by that is assessed. What was settled before stays as it is. */
export function look(
  session: Session,
  { drawn, ...approver }: Claimant & { drawn: Drawn } & Approver,
  now: number,
): Outcome {
  const claimed = heldByPhone(session, approver, now);
  if (!claimed.ok) return claimed;
  const next = shownAnew(claimed.value, assessedFor(claimed.value, approver, drawn));
  const noted = next === claimed.value ? undefined : refusedBy(next);
  return { ok: true, next, ...(noted ? { noted } : {}) };
}

/** Only the phone that scanned may approve, and only once. */
export function approve(session: Session, command: Approve, now: number): Outcome {
  const claimed = heldByPhone(session, command, now);
  if (!claimed.ok) return claimed;
  const unfit = unfitApprover(claimed.value, command.account, now);
  if (unfit) return refusal(unfit);

  const assessed = lookAgain(claimed.value, command, now);
  if (!assessed.ok || assessed.next.status !== "scanned") return assessed;
  const { next: scanned, ...noted } = assessed;
  // What was found stays found, also where it is the reason for a refusal.
  const kept = scanned === claimed.value ? {} : { ...noted, next: scanned };

  if (scanned.claim.assessed?.verdict === "block") return { ...kept, ...refusal("risk_blocked") };
  const mismatch = unmatched(scanned, command.match);
  if (mismatch === "match_wrong") {
    return {
      ...refusal(mismatch),
      next: declineFor(scanned, mismatch, now),
      noted: noteworthy("match_wrong", scanned, command.account),
    };
  }
  if (mismatch) return { ...kept, ...refusal(mismatch) };
  if (lacksStepUp(scanned, command.account, command.proof, now)) {
    return { ...kept, ...refusal("step_up_required") };
  }
  const approval = {
    account: command.account,
    approvedAt: now,
    codeExpiresAt: now + scanned.codeTtl,
    ...(command.proof ? { proof: command.proof } : {}),
    ...(command.accountReference === undefined
      ? {}
      : { accountReference: command.accountReference }),
  };
  return {
    ok: true,
    next: { ...scanned, status: "approved", version: scanned.version + 1, approval },
  };
}

/** Nobody approves what was not assessed for them. */
function lookAgain(session: ScannedSession, command: Approve, now: number): Outcome {
  if (session.claim.assessed?.sub === command.account.sub) return { ok: true, next: session };
  if (!command.standing) return refusal("not_assessed");
  return look(session, { ...command, standing: command.standing }, now);
}

/**
 * RFC 10027 §6.1.16: somebody who has only one of the two devices before them can't do it. There is
 * one try, since there are only a hundred answers.
 */
function unmatched(
  { claim }: ScannedSession,
  typed: string | undefined,
): "match_required" | "match_wrong" | undefined {
  const match = claim.assessed?.match;
  if (!match) return undefined;
  if (match.by === "screen") return match.done ? undefined : "match_required";
  if (typed === undefined) return "match_required";
  return sameSecret(match.digits, typed) ? undefined : "match_wrong";
}

/** The same from the other side: what the phone shows is typed on the screen. */
export function match(session: Session, { code }: { code: string }, now: number): Outcome {
  if (session.status !== "scanned") return refusal(whyUndecidable(session));
  const { assessed } = session.claim;
  if (assessed?.match?.by !== "screen") return refusal("match_not_asked");
  if (assessed.match.done) return { ok: true, next: session };
  if (!sameSecret(assessed.match.code, code)) {
    return {
      ...refusal("match_wrong"),
      next: declineFor(session, "match_wrong", now),
      noted: noteworthy("match_wrong", session, assessed),
    };
  }
  const claim = {
    ...session.claim,
    assessed: { ...assessed, match: { ...assessed.match, done: true } },
  };
  return { ok: true, next: { ...session, version: session.version + 1, claim } };
}

export function deny(session: Session, claimant: Claimant, now: number): Outcome {
  const claimed = claimedBy(session, claimant, now);
  if (!claimed.ok) return claimed;
  const { assessed } = claimed.value.claim;
  return {
    ok: true,
    next: bury(claimed.value, "denied", now),
    ...(assessed ? { noted: noteworthy("login_declined", claimed.value, assessed) } : {}),
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

function whyUndecidable(session: Exclude<Session, { status: "scanned" }>): LoginError {
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
  type: Noteworthy["type"],
  { id: sessionId, clientId, screen }: ScannedSession,
  { sub, phone }: Pick<AccountClaims, "sub" | "phone">,
): Noteworthy {
  const who = { sub, ...(phone === undefined ? {} : { phone }) };
  return { type, ...who, sessionId, clientId, screen };
}
