import type { OperatorEvent } from "../../telemetry/event.ts";
import type { Command, Outcome, Scan } from "../domain/commands.ts";
import { errorCodeOf, type LoginErrorCode } from "../domain/errors.ts";
import type { Session } from "../domain/session.ts";

/** The telemetry events of a login session. Pure functions of the session before and after a command. */

/** Refusals that belong to a normal login: a device polls, or the approver has to do something more. */
const EXPECTED_ERRORS: ReadonlySet<LoginErrorCode> = new Set([
  "authorization_pending",
  "slow_down",
  "match_required",
  "step_up_required",
  "sign_in_again",
] as const);

/** Refusals of digits that are typed while none are required. Whoever watches a session can cause as many as they want. */
const UNASKED_DIGITS: ReadonlySet<LoginErrorCode> = new Set([
  "not_scanned",
  "match_not_asked",
] as const);

/** Undefined if the command is not worth an event. */
export function sessionEvent(
  before: Session,
  command: Command,
  { next, ...outcome }: Outcome,
): OperatorEvent | undefined {
  // A closed session has few attributes left, so those from before are used.
  const attributes = attributesOf(next && "claim" in next ? next : before);
  if (!outcome.ok) {
    const why = errorCodeOf(outcome.error);
    if (command.type === "match" && UNASKED_DIGITS.has(why)) return undefined;
    return EXPECTED_ERRORS.has(why) ? undefined : { type: "session_refused", ...attributes, why };
  }
  switch (command.type) {
    case "scan":
      return isSamePhone(before, command)
        ? blockedEvent(before, attributes)
        : { type: "session_scanned", ...attributes, why: command.proof.by };
    case "view":
      return blockedEvent(before, attributes);
    case "match":
      return undefined;
    case "approve":
      return { type: "session_approved", ...attributes };
    case "deny":
      return { type: "session_denied", ...attributes };
    case "cancel":
      return { type: "session_cancelled", ...attributes };
    case "sign_on":
      return { type: "session_approved", ...attributes, why: "single_sign_on" };
    case "redeem":
      return { type: "session_redeemed", ...attributes };
  }
}

/** The code was redeemed. `before` is the session before that. */
export function redemptionEvent(before: Session): OperatorEvent {
  return { type: "session_redeemed", ...attributesOf(before) };
}

/** The account has refused the login, which ends the session. */
export function refusalEvent(before: Session, why: string): OperatorEvent {
  return { type: "session_refused", ...attributesOf(before), why };
}

/** Whether the phone that holds the session scans again: then it only views the request. */
function isSamePhone(before: Session, { scanTokenHash }: Scan): boolean {
  return before.status === "scanned" && before.claim.scanTokenHash === scanTokenHash;
}

/** An event if viewing the request has led to the verdict "block". */
function blockedEvent(
  before: Session,
  attributes: Omit<OperatorEvent, "type">,
): OperatorEvent | undefined {
  return attributes.verdict === "block" && attributesOf(before).verdict !== "block"
    ? { type: "session_refused", ...attributes, why: "risk_blocked" }
    : undefined;
}

/** The session has expired. */
export function expiryEvent(before: Session): OperatorEvent {
  return { type: "session_expired", ...attributesOf(before), why: before.status };
}

/** The session was created. */
export function creationEvent(session: Session): OperatorEvent {
  const why = "begunBy" in session ? session.begunBy.grant : undefined;
  return { type: "session_created", ...attributesOf(session), why };
}

function attributesOf(session: Session): Omit<OperatorEvent, "type"> {
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
