import type { Command, Outcome } from "./commands.ts";
import { approve, deny, viewRequest, match } from "./approval.ts";
import { closeSession, applyExpiry } from "./expiry.ts";
import { err } from "../../lib/result.ts";
import { redeem } from "./redeem.ts";
import { scan } from "./scan.ts";
import { isClosed, type PendingSession, type Session, type SessionParameters } from "./session.ts";

export function createSession(facts: SessionParameters): PendingSession {
  return { ...facts, status: "pending", version: 1, wrongCodes: 0, repeats: 0 };
}

/**
 * What can happen to a login session, as a function of its arguments: no clock, no randomness, no
 * platform, no I/O. Whatever needs those was done before, and arrives here as a value.
 */
export function transition(session: Session, command: Command, now: number): Outcome {
  const current = applyExpiry(session, now);
  switch (command.type) {
    case "scan":
      return scan(current, command, now);
    case "look":
      return viewRequest(current, command, now);
    case "approve":
      return approve(current, command, now);
    case "deny":
      return deny(current, command, now);
    case "match":
      return match(current, command, now);
    case "cancel":
      return cancel(current, now);
    case "redeem":
      return redeem(current, command, now);
  }
}

/** The screen gives up. What has ended stays as it ended. */
function cancel(session: Session, now: number): Outcome {
  if (!isClosed(session)) return { ok: true, next: closeSession(session, "cancelled", now) };
  switch (session.status) {
    case "redeemed":
      return err("already_approved");
    case "denied":
      return err("already_denied");
    case "cancelled":
      return err("session_cancelled");
    case "expired":
      return err("session_expired");
  }
}
