import type { Approver, Drawn, Noteworthy } from "./command.ts";
import { onOneDevice, type Demand, type Policy } from "./policy.ts";
import { assess, withTries, type Assessment } from "./risk.ts";
import type { AccountClaims, AssessedClaim, Match, ScannedSession } from "./session.ts";
import { standsInForMatching } from "./step-up.ts";

/**
 * What is asked of a login, by what is found. It is settled when it is first known who holds the phone,
 * and stays: looking again doesn't change it. Another account is assessed anew.
 */
export function assessedFor(
  session: ScannedSession,
  { account, standing, phone }: Approver,
  drawn: Drawn,
): ScannedSession {
  if (session.claim.assessed?.sub === account.sub) return session;
  const { screen, wrongCodes, repeats } = session;
  const tries = { wrongCodes, repeats };
  const policy = policyFor(session);
  const assessment = assess({ screen, phone, account: standing, tries, policy });
  // Who looks is who was assessed, so where they are is where the phone is.
  const claimed = { ...session, claim: { ...session.claim, phone } };
  return asking(claimed, account, assessment, {
    match: drawnMatch(session, assessment, drawn),
    stepUp: asksStepUp(session, assessment),
  });
}

/** The session after its code was tried again, and what that asks for in addition. */
export function reassessed(session: ScannedSession, drawn: Drawn): ScannedSession {
  const { assessed } = session.claim;
  if (!assessed) return session;
  const { wrongCodes, repeats } = session;
  const assessment = withTries(assessed, { wrongCodes, repeats }, policyFor(session));
  return asking(session, assessed, assessment, {
    // What was asked for before stays: digits that were read out already are still right.
    match: assessed.match ?? drawnMatch(session, assessment, drawn),
    stepUp: assessed.stepUp === true || asksStepUp(session, assessment),
  });
}

/** What the owner of the account should read later, where the login was refused by what was found. */
export function refusedBy(session: ScannedSession): Noteworthy | undefined {
  const { assessed } = session.claim;
  if (assessed?.verdict !== "block") return undefined;
  return {
    type: "login_refused",
    sub: assessed.sub,
    ...(assessed.phone === undefined ? {} : { phone: assessed.phone }),
    sessionId: session.id,
    clientId: session.clientId,
    screen: session.screen,
    reasons: assessed.reasons,
  };
}

/** The session as the screen must be told of it: anew, where it has something else to show. */
export function shownAnew(before: ScannedSession, after: ScannedSession): ScannedSession {
  const isSame = before.claim.assessed?.match === after.claim.assessed?.match;
  return isSame ? after : { ...after, version: before.version + 1 };
}

function policyFor({ policy, claim }: ScannedSession): Policy {
  return claim.sameDevice ? onOneDevice(policy) : policy;
}

function asking(
  session: ScannedSession,
  { sub, phone }: Pick<AccountClaims, "sub" | "phone">,
  { verdict, reasons }: Assessment,
  { match, stepUp }: { match: Match | undefined; stepUp: boolean },
): ScannedSession {
  const assessed: AssessedClaim = {
    sub,
    ...(phone === undefined ? {} : { phone }),
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
  { digits, code }: Drawn,
): Match | undefined {
  const { policy, claim } = session;
  // One device has nothing to compare with itself.
  if (claim.sameDevice || !demands(policy.matching, assessment)) return undefined;
  if (standsInForMatching(session, assessment.verdict)) return undefined;
  return policy.matchingBy === "phone"
    ? { by: "phone", digits }
    : { by: "screen", code, done: false };
}

function asksStepUp(session: ScannedSession, assessment: Assessment): boolean {
  const { policy, claim } = session;
  // Whoever sits before the one device there is may only have found it unlocked.
  if (claim.sameDevice) return true;
  return standsInForMatching(session, assessment.verdict) || demands(policy.stepUp, assessment);
}

function demands(demand: Demand, { verdict }: Assessment): boolean {
  return demand === "always" || (demand === "on_risk" && verdict === "verify");
}
