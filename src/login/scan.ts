import { assessedFor, reassessed, refusedBy, shownAnew } from "./assess-claim.ts";
import type { Outcome, Scan, ScanProof } from "./command.ts";
import { look } from "./decide.ts";
import { declineFor } from "./end.ts";
import { refusal, type LoginError } from "./errors.ts";
import { isFresh } from "./rotating-code.ts";
import { sameSecret } from "./same-secret.ts";
import {
  isTombstone,
  type ApprovedSession,
  type PendingSession,
  type ScannedSession,
  type Session,
  type Tombstone,
} from "./session.ts";

/** Wrong codes after which a session takes no more. */
export const MAX_WRONG_CODES = 10;

/** Repeats that are counted: each is a write. */
export const MAX_REPEATS = 10;

/** The first scan wins: whoever comes later gets a conflict, and nothing is told of the first. */
export function scan(session: Session, command: Scan, now: number): Outcome {
  const isScreen =
    command.watchTokenHash !== undefined &&
    sameSecret(session.watchTokenHash, command.watchTokenHash);
  if (command.proof.by === "same_device") {
    if (!isScreen) return refusal("watch_token_invalid");
  } else if (isScreen && !isTombstone(session)) {
    // RFC 10027 §5: two devices are what this is for.
    return refusal("same_device");
  }

  // The answer was lost on the way to the phone, which asks again: nobody else knows its token.
  if (
    session.status === "scanned" &&
    isGenuine(command.proof) &&
    sameSecret(session.claim.scanTokenHash, command.scanTokenHash)
  ) {
    const { approver, phone } = command;
    return approver
      ? look(session, { ...command, ...approver, phone }, now)
      : { ok: true, next: session };
  }

  // The screen takes its own code back, from a browser that has typed it and turned out to be the same.
  // It could as well have cancelled, and nothing that another phone was given counts any more.
  if (session.status === "scanned" && command.proof.by === "same_device") {
    return claim(session, command, now);
  }
  if (session.status !== "pending") {
    const again = !isScreen && isGenuine(command.proof);
    return again
      ? repeated(session, command, whyNotPending(session), now)
      : refusal(whyNotPending(session));
  }
  if (session.wrongCodes >= MAX_WRONG_CODES) return refusal("too_many_tries");
  const wrong = wrongCode(session, command.proof, now);
  if (wrong === "code_stale") return repeated(session, command, wrong, now);
  if (wrong) return { ...refusal(wrong), next: { ...session, wrongCodes: session.wrongCodes + 1 } };
  return claim(session, command, now);
}

function claim(session: PendingSession | ScannedSession, command: Scan, now: number): Outcome {
  const { scanTokenHash, phone, approver, proof } = command;
  const scanned: ScannedSession = {
    ...session,
    status: "scanned",
    version: session.version + 1,
    claim: {
      scanTokenHash,
      scannedAt: now,
      phone,
      ...(proof.by === "same_device" ? { sameDevice: true } : {}),
    },
  };
  if (!approver) return { ok: true, next: scanned };
  const next = assessedFor(scanned, { ...approver, phone }, command.drawn);
  const noted = refusedBy(next);
  return { ok: true, next, ...(noted ? { noted } : {}) };
}

/** Whether what was scanned was the session's own, some time: who only knows its name writes into nobody's history. */
function isGenuine(proof: ScanProof): boolean {
  return proof.by === "user_code" || (proof.by === "qr" && proof.macMatches);
}

/**
 * A code that comes again has been passed on, or kept (RFC 10027 §6.1.4: repeats are treated as an
 * attack). It is counted, and told to the phone that holds the session; one that holds none yet, when
 * it comes. The client's policy may have it end the login.
 */
function repeated(session: Session, command: Scan, error: LoginError, now: number): Outcome {
  if (session.repeats >= MAX_REPEATS) return refusal(error);
  const repeats = session.repeats + 1;
  switch (session.status) {
    case "pending":
    case "scanned": {
      const counted = { ...session, repeats, wrongCodes: session.wrongCodes + 1 };
      if (session.policy.repeats === "end") {
        const next = declineFor(counted, "code_repeated", now);
        return { ...refusal("code_repeated"), next, ...noteRepeat(next) };
      }
      if (counted.status === "pending") return { ...refusal(error), next: counted };
      const next = shownAnew(counted, reassessed(counted, command.drawn));
      const wasBlocked = counted.claim.assessed?.verdict === "block";
      const noted = wasBlocked ? undefined : refusedBy(next);
      return { ...refusal(error), next, ...(noted ? { noted } : {}) };
    }
    case "expired":
    case "cancelled":
      return refusal(error);
    default:
      return { ...refusal(error), next: { ...session, repeats }, ...noteRepeat(session) };
  }
}

/** When there is no phone to be told any more, the account's owner reads of it, if it is known whose it was. */
function noteRepeat(session: ApprovedSession | Tombstone): Pick<Outcome, "noted"> {
  const { id: sessionId, clientId } = session;
  const { sub, phone } = session.status === "approved" ? session.approval.account : session;
  if (sub === undefined) return {};
  const who = { sub, ...(phone === undefined ? {} : { phone }) };
  return { noted: { type: "code_repeated", ...who, sessionId, clientId } };
}

function wrongCode(
  session: PendingSession,
  proof: ScanProof,
  now: number,
): "code_invalid" | "code_stale" | undefined {
  if (proof.by !== "qr") return undefined;
  if (!proof.macMatches) return "code_invalid";
  return isFresh(proof.t, now - session.createdAt) ? undefined : "code_stale";
}

export function whyNotPending(session: Exclude<Session, PendingSession>): LoginError {
  if (session.status === "expired") return "session_expired";
  if (session.status === "cancelled") return "session_cancelled";
  return "already_scanned";
}
