import { defined } from "../../../lib/defined.ts";
import type { RiskAssessment } from "../../../protocol/risk.ts";
import type { AuthenticatedUser } from "../authenticated-user.ts";
import type { AccountAuditEvent, Approver, MatchingCodes } from "../commands.ts";
import type { NumberMatching, RiskDecision, ScannedSession } from "../session.ts";
import { stepUpReplacesMatching } from "../step-up.ts";
import { assessRisk, withAttempts } from "./assess-risk.ts";
import { sameDevicePolicy, type Demand, type Policy } from "./policy.ts";

/**
 * Assesses the risk of a login, and what it requires of the approver. This happens once for an account:
 * later views change nothing. Another account is assessed anew.
 */
export function assessedFor(
  session: ScannedSession,
  { account, history, device }: Approver,
  codes: MatchingCodes,
): ScannedSession {
  if (isAssessedFor(session, account)) return session;
  const { screen, wrongCodes, repeats } = session;
  const attempts = { wrongCodes, repeats };
  const policy = policyFor(session);
  const assessment = assessRisk({ screen, phone: device, history, attempts, policy });
  // The risk was assessed with the location of the device that views the request.
  const claimed = { ...session, claim: { ...session.claim, phone: device } };
  return withRequirements(claimed, account, assessment, {
    match: requiredMatching(session, assessment, codes),
    stepUp: isStepUpDemanded(session, assessment),
  });
}

export function isAssessedFor(
  { claim }: ScannedSession,
  { sub }: Pick<AuthenticatedUser, "sub">,
): boolean {
  return claim.assessed?.sub === sub;
}

/** The session after its code was tried again, and what that requires in addition. */
export function reassessAfterAttempt(
  session: ScannedSession,
  codes: MatchingCodes,
): ScannedSession {
  const { assessed } = session.claim;
  if (!assessed) return session;
  const { wrongCodes, repeats } = session;
  const assessment = withAttempts(assessed, { wrongCodes, repeats }, policyFor(session));
  return withRequirements(session, assessed, assessment, {
    // Digits that are shown already stay valid.
    match: assessed.match ?? requiredMatching(session, assessment, codes),
    stepUp: assessed.stepUp === true || isStepUpDemanded(session, assessment),
  });
}

/** The event for the account's history, if the risk assessment refused the login. */
export function blockedLoginEvent(session: ScannedSession): AccountAuditEvent | undefined {
  const { assessed } = session.claim;
  if (assessed?.verdict !== "block") return undefined;
  return {
    type: "login_refused",
    sub: assessed.sub,
    ...defined({ phone: assessed.phone }),
    sessionId: session.id,
    clientId: session.clientId,
    screen: session.screen,
    reasons: assessed.reasons,
  };
}

/** A new version if the screen has something else to show. */
export function bumpVersionIfVisible(
  before: ScannedSession,
  after: ScannedSession,
): ScannedSession {
  const isSame = before.claim.assessed?.match === after.claim.assessed?.match;
  return isSame ? after : { ...after, version: before.version + 1 };
}

function policyFor({ policy, claim }: ScannedSession): Policy {
  return claim.sameDevice ? sameDevicePolicy(policy) : policy;
}

function withRequirements(
  session: ScannedSession,
  { sub, phone }: Pick<AuthenticatedUser, "sub" | "phone">,
  { verdict, reasons }: RiskAssessment,
  { match, stepUp }: { match: NumberMatching | undefined; stepUp: boolean },
): ScannedSession {
  const assessed: RiskDecision = {
    sub,
    verdict,
    reasons,
    ...defined({ phone, match }),
    ...(stepUp ? { stepUp } : {}),
  };
  return { ...session, claim: { ...session.claim, assessed } };
}

function requiredMatching(
  session: ScannedSession,
  assessment: RiskAssessment,
  { digits, code }: MatchingCodes,
): NumberMatching | undefined {
  const { policy, claim } = session;
  // Matching needs two devices.
  if (claim.sameDevice || !isDemanded(policy.matching, assessment)) return undefined;
  if (stepUpReplacesMatching(session, assessment.verdict)) return undefined;
  return policy.matchingBy === "phone"
    ? { by: "phone", digits }
    : { by: "screen", code, done: false };
}

function isStepUpDemanded(session: ScannedSession, assessment: RiskAssessment): boolean {
  const { policy, claim } = session;
  // Somebody else may be using an unlocked device.
  if (claim.sameDevice) return true;
  return (
    stepUpReplacesMatching(session, assessment.verdict) || isDemanded(policy.stepUp, assessment)
  );
}

function isDemanded(demand: Demand, { verdict }: RiskAssessment): boolean {
  return demand === "always" || (demand === "on_risk" && verdict === "verify");
}
