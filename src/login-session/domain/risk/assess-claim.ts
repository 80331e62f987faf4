import { defined } from "../../../lib/defined.ts";
import type { Approver, MatchingCodes, AccountAuditEvent } from "../commands.ts";
import { sameDevicePolicy, type Demand, type Policy } from "./policy.ts";
import { assessRisk, withAttempts, type Assessment } from "./assess-risk.ts";
import type {
  AuthenticatedUser,
  RiskDecision,
  NumberMatching,
  ScannedSession,
} from "../session.ts";
import { stepUpReplacesMatching } from "../step-up.ts";

/**
 * What is asked of a login, by what is found. It is settled when it is first known who holds the phone,
 * and stays: looking again doesn't change it. Another account is assessed anew.
 */
export function assessedFor(
  session: ScannedSession,
  { account, standing, phone }: Approver,
  drawn: MatchingCodes,
): ScannedSession {
  if (session.claim.assessed?.sub === account.sub) return session;
  const { screen, wrongCodes, repeats } = session;
  const tries = { wrongCodes, repeats };
  const policy = policyFor(session);
  const assessment = assessRisk({ screen, phone, account: standing, tries, policy });
  // Who looks is who was assessed, so where they are is where the phone is.
  const claimed = { ...session, claim: { ...session.claim, phone } };
  return withRequirements(claimed, account, assessment, {
    match: drawnMatch(session, assessment, drawn),
    stepUp: asksStepUp(session, assessment),
  });
}

/** The session after its code was tried again, and what that asks for in addition. */
export function reassessAfterAttempt(
  session: ScannedSession,
  drawn: MatchingCodes,
): ScannedSession {
  const { assessed } = session.claim;
  if (!assessed) return session;
  const { wrongCodes, repeats } = session;
  const assessment = withAttempts(assessed, { wrongCodes, repeats }, policyFor(session));
  return withRequirements(session, assessed, assessment, {
    // What was asked for before stays: digits that were read out already are still right.
    match: assessed.match ?? drawnMatch(session, assessment, drawn),
    stepUp: assessed.stepUp === true || asksStepUp(session, assessment),
  });
}

/** What the owner of the account should read later, where the login was refused by what was found. */
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

/** The session as the screen must be told of it: anew, where it has something else to show. */
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
  { verdict, reasons }: Assessment,
  { match, stepUp }: { match: NumberMatching | undefined; stepUp: boolean },
): ScannedSession {
  const assessed: RiskDecision = {
    sub,
    ...defined({ phone }),
    verdict,
    reasons,
    ...(match ? { match } : {}),
    ...(stepUp ? { stepUp } : {}),
  };
  return { ...session, claim: { ...session.claim, assessed } };
}

function drawnMatch(
  session: ScannedSession,
  assessment: Assessment,
  { digits, code }: MatchingCodes,
): NumberMatching | undefined {
  const { policy, claim } = session;
  // One device has nothing to compare with itself.
  if (claim.sameDevice || !isDemanded(policy.matching, assessment)) return undefined;
  if (stepUpReplacesMatching(session, assessment.verdict)) return undefined;
  return policy.matchingBy === "phone"
    ? { by: "phone", digits }
    : { by: "screen", code, done: false };
}

function asksStepUp(session: ScannedSession, assessment: Assessment): boolean {
  const { policy, claim } = session;
  // Whoever sits before the one device there is may only have found it unlocked.
  if (claim.sameDevice) return true;
  return (
    stepUpReplacesMatching(session, assessment.verdict) || isDemanded(policy.stepUp, assessment)
  );
}

function isDemanded(demand: Demand, { verdict }: Assessment): boolean {
  return demand === "always" || (demand === "on_risk" && verdict === "verify");
}
