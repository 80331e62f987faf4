import type { OperatorEvent } from "../../telemetry/event.ts";
import type { Command, Outcome, Scan } from "../domain/commands.ts";
import type { LoginErrorCode } from "../domain/errors.ts";
import type { Session } from "../domain/session.ts";

/** What operators are told of a login session: functions of what it was, what was asked of it, and what it became. */

/** Answers that belong to a login which goes as it should: a device polls, or something more is asked for. */
const NO_NEWS: ReadonlySet<LoginErrorCode> = new Set([
  "authorization_pending",
  "slow_down",
  "not_assessed",
  "match_required",
  "step_up_required",
  "sign_in_again",
] as const);

/** Undefined where it is no news. */
export function sessionEvent(
  before: Session,
  command: Command,
  { next, ...outcome }: Outcome,
): OperatorEvent | undefined {
  // An ended session remembers little: then what it was before knows more.
  const about = factsOf(next && "claim" in next ? next : before);
  if (!outcome.ok) {
    return NO_NEWS.has(outcome.error)
      ? undefined
      : { type: "session_refused", ...about, why: outcome.error };
  }
  switch (command.type) {
    case "scan":
      return isHeldBy(before, command)
        ? blocking(before, about)
        : { type: "session_scanned", ...about, why: command.proof.by };
    case "look":
      return blocking(before, about);
    case "match":
      return undefined;
    case "approve":
      return { type: "session_approved", ...about };
    case "deny":
      return { type: "session_denied", ...about };
    case "cancel":
      return { type: "session_cancelled", ...about };
    case "redeem":
      return { type: "session_redeemed", ...about };
  }
}

/** A session whose code was redeemed, at `before`. */
export function redemptionEvent(before: Session): OperatorEvent {
  return { type: "session_redeemed", ...factsOf(before) };
}

/** A session that ends since its account refuses the login. */
export function refusalEvent(before: Session, why: string): OperatorEvent {
  return { type: "session_refused", ...factsOf(before), why };
}

/** Whether a scan is one that had counted before: then it is no more than a look. */
function isHeldBy(before: Session, { scanTokenHash }: Scan): boolean {
  return before.status === "scanned" && before.claim.scanTokenHash === scanTokenHash;
}

/** What a look has come to, where that is news. */
function blocking(before: Session, about: Omit<OperatorEvent, "type">): OperatorEvent | undefined {
  return about.verdict === "block" && factsOf(before).verdict !== "block"
    ? { type: "session_refused", ...about, why: "risk_blocked" }
    : undefined;
}

/** A session that time alone has ended, at `before`. */
export function expiryEvent(before: Session): OperatorEvent {
  return { type: "session_expired", ...factsOf(before), why: before.status };
}

/** A session that was just begun. */
export function creationEvent(session: Session): OperatorEvent {
  const why = "begunBy" in session ? session.begunBy.grant : undefined;
  return { type: "session_created", ...factsOf(session), why };
}

function factsOf(session: Session): Omit<OperatorEvent, "type"> {
  const claim = "claim" in session ? session.claim : undefined;
  return {
    client: session.clientId,
    session: session.id,
    verdict: claim?.assessed?.verdict,
    reasons: claim?.assessed?.reasons,
    screen: "screen" in session ? session.screen : undefined,
    phone: claim?.phone,
  };
}
