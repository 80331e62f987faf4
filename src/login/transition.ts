import type { Command, Outcome } from "./command.ts";
import { approve, deny, look, match } from "./decide.ts";
import { bury, settle } from "./end.ts";
import { refusal } from "./errors.ts";
import { redeem } from "./redeem.ts";
import { scan } from "./scan.ts";
import { isTombstone, type PendingSession, type Session, type SessionFacts } from "./session.ts";

export function createSession(facts: SessionFacts): PendingSession {
  return { ...facts, status: "pending", version: 1, wrongCodes: 0, repeats: 0 };
}

/**
 * What can happen to a login session, as a function of its arguments: no clock, no randomness, no
 * platform, no I/O. Whatever needs those was done before, and arrives here as a value.
 */
export function transition(session: Session, command: Command, now: number): Outcome {
  const current = settle(session, now);
  switch (command.type) {
    case "scan":
      return scan(current, command, now);
    case "look":
      return look(current, command, now);
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
