import { err } from "../../lib/result.ts";
import { isTerminal } from "../../protocol/snapshot.ts";
import { approve, deny, match, viewRequest } from "./approval.ts";
import type { Command, Outcome } from "./commands.ts";
import { applyExpiry, closeSession } from "./expiry.ts";
import { redeem } from "./redeem.ts";
import { scan } from "./scan.ts";
import { signOn } from "./single-sign-on.ts";
import type { PendingSession, Session } from "./session.ts";

export function createSession(
  parameters: Omit<PendingSession, "status" | "version" | "wrongCodes" | "repeats">,
): PendingSession {
  return { ...parameters, status: "pending", version: 1, wrongCodes: 0, repeats: 0 };
}

/**
 * The state machine of a login session, as a function of its arguments: no clock, no randomness, no
 * platform, no I/O.
 */
export function transition(session: Session, command: Command, now: number): Outcome {
  const current = applyExpiry(session, now);
  switch (command.type) {
    case "scan":
      return scan(current, command, now);
    case "view":
      return viewRequest(current, command, now);
    case "approve":
      return approve(current, command, now);
    case "deny":
      return deny(current, command, now);
    case "match":
      return match(current, command, now);
    case "cancel":
      return cancel(current, now);
    case "sign_on":
      return signOn(current, command, now);
    case "redeem":
      return redeem(current, command, now);
  }
}

/** The screen cancels the login. An ended session stays as it ended. */
function cancel(session: Session, now: number): Outcome {
  if (!isTerminal(session)) return { ok: true, next: closeSession(session, "cancelled", now) };
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
