import { defined } from "../../lib/defined.ts";
import { err } from "../../lib/result.ts";
import { timingSafeEqual } from "../../lib/timing-safe-equal.ts";
import { isTerminal } from "../../protocol/snapshot.ts";
import { viewRequest } from "./approval.ts";
import type { Outcome, Scan, ScanProof } from "./commands.ts";
import type { LoginError } from "./errors.ts";
import { denyAutomatically } from "./expiry.ts";
import {
  assessedFor,
  blockedLoginEvent,
  bumpVersionIfVisible,
  reassessAfterAttempt,
} from "./risk/matching-and-step-up.ts";
import { isFresh } from "./rotating-code.ts";
import type {
  ApprovedSession,
  ClosedSession,
  PendingSession,
  ScannedSession,
  Session,
} from "./session.ts";

/** Wrong codes after which a session accepts no more scans. */
export const MAX_WRONG_CODES = 10;

/** Repeated scans that are counted. Each is a write. */
export const MAX_REPEATS = 10;

/** The first scan wins. Later ones get a conflict, which says nothing about the first. */
export function scan(session: Session, command: Scan, now: number): Outcome {
  const isScreen =
    command.watchTokenHash !== undefined &&
    timingSafeEqual(session.watchTokenHash, command.watchTokenHash);
  if (command.proof.by === "same_device") {
    if (!isScreen) return err("watch_token_invalid");
  } else if (isScreen && !isTerminal(session)) {
    // RFC 10027 §5: this flow is for two devices.
    return err("same_device");
  }

  // The phone repeats its scan because the response was lost: only that phone has the token.
  if (
    session.status === "scanned" &&
    isGenuine(command.proof) &&
    timingSafeEqual(session.claim.scanTokenHash, command.scanTokenHash)
  ) {
    const { approver } = command;
    return approver
      ? viewRequest(session, { ...command, approver }, now)
      : { ok: true, next: session };
  }

  // The screen takes over its own session, which its own browser claimed by the typed code. It could as
  // well have cancelled. The earlier scan token becomes invalid.
  if (session.status === "scanned" && command.proof.by === "same_device") {
    return claim(session, command, now);
  }
  if (session.status !== "pending") {
    const isRepeat = !isScreen && isGenuine(command.proof);
    return isRepeat
      ? countRepeat(session, command, notPendingError(session), now)
      : err(notPendingError(session));
  }
  if (session.wrongCodes >= MAX_WRONG_CODES) return err("too_many_tries");
  const wrong = wrongCode(session, command.proof, now);
  if (wrong === "code_stale") return countRepeat(session, command, wrong, now);
  if (wrong) return { ...err(wrong), next: { ...session, wrongCodes: session.wrongCodes + 1 } };
  return claim(session, command, now);
}

function claim(session: PendingSession | ScannedSession, command: Scan, now: number): Outcome {
  const { scanTokenHash, device, approver, proof } = command;
  const scanned: ScannedSession = {
    ...session,
    status: "scanned",
    version: session.version + 1,
    claim: {
      scanTokenHash,
      scannedAt: now,
      phone: device,
      ...(proof.by === "same_device" ? { sameDevice: true } : {}),
    },
  };
  if (!approver) return { ok: true, next: scanned };
  const next = assessedFor(scanned, approver, command.matchingCodes);
  return { ok: true, next, ...defined({ auditEvent: blockedLoginEvent(next) }) };
}

/** True if the code once belonged to this session. The session id alone must not write to the owner's history. */
function isGenuine(proof: ScanProof): boolean {
  return proof.by === "user_code" || (proof.by === "qr" && proof.macMatches);
}

/**
 * A code that is scanned again was forwarded, or kept (RFC 10027 §6.1.4: repeated scans are treated as an
 * attack). It is counted, and shown to the phone that holds the session. The client's policy may end
 * the login.
 */
function countRepeat(session: Session, command: Scan, error: LoginError, now: number): Outcome {
  if (session.repeats >= MAX_REPEATS) return err(error);
  const repeats = session.repeats + 1;
  switch (session.status) {
    case "pending":
    case "scanned": {
      const counted = { ...session, repeats, wrongCodes: session.wrongCodes + 1 };
      if (session.policy.repeats === "end") {
        const next = denyAutomatically(counted, "code_repeated", now);
        return { ...err("code_repeated"), next, ...repeatEvent(next) };
      }
      if (counted.status === "pending") return { ...err(error), next: counted };
      const reassessed = reassessAfterAttempt(counted, command.matchingCodes);
      const next = bumpVersionIfVisible(counted, reassessed);
      const wasBlocked = counted.claim.assessed?.verdict === "block";
      const auditEvent = wasBlocked ? undefined : blockedLoginEvent(next);
      return { ...err(error), next, ...defined({ auditEvent }) };
    }
    case "expired":
    case "cancelled":
      return err(error);
    default:
      return { ...err(error), next: { ...session, repeats }, ...repeatEvent(session) };
  }
}

/** After the decision no phone shows a repeated scan, so it is recorded in the account's history. */
function repeatEvent(session: ApprovedSession | ClosedSession): Pick<Outcome, "auditEvent"> {
  const { id: sessionId, clientId } = session;
  const { sub, phone } = session.status === "approved" ? session.approval.account : session;
  if (sub === undefined) return {};
  return {
    auditEvent: { type: "code_repeated", sub, ...defined({ phone }), sessionId, clientId },
  };
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

export function notPendingError(session: Exclude<Session, PendingSession>): LoginError {
  if (session.status === "expired") return "session_expired";
  if (session.status === "cancelled") return "session_cancelled";
  return "already_scanned";
}
