import { defined } from "../../lib/defined.ts";
import {
  assessedFor,
  reassessAfterAttempt,
  blockedLoginEvent,
  bumpVersionIfVisible,
} from "./risk/assess-claim.ts";
import type { Outcome, Scan, ScanProof } from "./commands.ts";
import { viewRequest } from "./approval.ts";
import { denyAutomatically } from "./expiry.ts";
import { err } from "../../lib/result.ts";
import type { LoginErrorCode } from "./errors.ts";
import { isFresh } from "./rotating-code.ts";
import { timingSafeEqual } from "../../lib/timing-safe-equal.ts";
import {
  isClosed,
  type ApprovedSession,
  type PendingSession,
  type ScannedSession,
  type Session,
  type ClosedSession,
} from "./session.ts";

/** Wrong codes after which a session takes no more. */
export const MAX_WRONG_CODES = 10;

/** Repeats that are counted: each is a write. */
export const MAX_REPEATS = 10;

/** The first scan wins: whoever comes later gets a conflict, and nothing is told of the first. */
export function scan(session: Session, command: Scan, now: number): Outcome {
  const isScreen =
    command.watchTokenHash !== undefined &&
    timingSafeEqual(session.watchTokenHash, command.watchTokenHash);
  if (command.proof.by === "same_device") {
    if (!isScreen) return err("watch_token_invalid");
  } else if (isScreen && !isClosed(session)) {
    // RFC 10027 §5: two devices are what this is for.
    return err("same_device");
  }

  // The answer was lost on the way to the phone, which asks again: nobody else knows its token.
  if (
    session.status === "scanned" &&
    isGenuine(command.proof) &&
    timingSafeEqual(session.claim.scanTokenHash, command.scanTokenHash)
  ) {
    const { approver, phone } = command;
    return approver
      ? viewRequest(session, { ...command, ...approver, phone }, now)
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
      ? repeated(session, command, notPendingError(session), now)
      : err(notPendingError(session));
  }
  if (session.wrongCodes >= MAX_WRONG_CODES) return err("too_many_tries");
  const wrong = wrongCode(session, command.proof, now);
  if (wrong === "code_stale") return repeated(session, command, wrong, now);
  if (wrong) return { ...err(wrong), next: { ...session, wrongCodes: session.wrongCodes + 1 } };
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
  const noted = blockedLoginEvent(next);
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
function repeated(session: Session, command: Scan, error: LoginErrorCode, now: number): Outcome {
  if (session.repeats >= MAX_REPEATS) return err(error);
  const repeats = session.repeats + 1;
  switch (session.status) {
    case "pending":
    case "scanned": {
      const counted = { ...session, repeats, wrongCodes: session.wrongCodes + 1 };
      if (session.policy.repeats === "end") {
        const next = denyAutomatically(counted, "code_repeated", now);
        return { ...err("code_repeated"), next, ...noteRepeat(next) };
      }
      if (counted.status === "pending") return { ...err(error), next: counted };
      const next = bumpVersionIfVisible(counted, reassessAfterAttempt(counted, command.drawn));
      const wasBlocked = counted.claim.assessed?.verdict === "block";
      const noted = wasBlocked ? undefined : blockedLoginEvent(next);
      return { ...err(error), next, ...(noted ? { noted } : {}) };
    }
    case "expired":
    case "cancelled":
      return err(error);
    default:
      return { ...err(error), next: { ...session, repeats }, ...noteRepeat(session) };
  }
}

/** When there is no phone to be told any more, the account's owner reads of it, if it is known whose it was. */
function noteRepeat(session: ApprovedSession | ClosedSession): Pick<Outcome, "noted"> {
  const { id: sessionId, clientId } = session;
  const { sub, phone } = session.status === "approved" ? session.approval.account : session;
  if (sub === undefined) return {};
  const who = { sub, ...defined({ phone }) };
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

export function notPendingError(session: Exclude<Session, PendingSession>): LoginErrorCode {
  if (session.status === "expired") return "session_expired";
  if (session.status === "cancelled") return "session_cancelled";
  return "already_scanned";
}
