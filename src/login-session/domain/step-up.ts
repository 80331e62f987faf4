import type { Verdict } from "./risk/assess-risk.ts";
import type { AuthenticatedUser, ScannedSession, SessionParameters } from "./session.ts";
import { approvalStatement, type SignedApproval } from "./approval-statement.ts";

/**
 * Whether the step-up stands in for matching that can't be had: a device that shows its code on paper or
 * in a terminal may show nothing after it (RFC 8628 §3.3), so digits are asked of it only by who always asks.
 */
export function stepUpReplacesMatching(
  { begunBy, policy }: SessionParameters,
  verdict: Verdict | undefined,
): boolean {
  return begunBy.grant === "device_code" && policy.matching === "on_risk" && verdict === "verify";
}

/**
 * Whether an approver must still prove who they are once more. An account of passkeys does so by a
 * signature under what was shown; an issuer's, by having signed in just now or in a way that the client
 * names (RFC 9470 §4).
 */
export function requiresStepUp(
  session: ScannedSession,
  account: AuthenticatedUser,
  proof: SignedApproval | undefined,
  now: number,
): boolean {
  const { claim, policy } = session;
  if (!claim.assessed?.stepUp) return false;
  if (account.phone !== undefined) return !isProven(session, account, proof);
  const { authTime, acr } = account;
  if (acr !== undefined && policy.stepUpAcr.includes(acr)) return false;
  if (authTime !== undefined && now - authTime <= policy.stepUpMaxAge) return false;
  // What an issuer says nothing of can't be had of it; a client that always wants it gets no login.
  const canBeHad = authTime !== undefined || acr !== undefined;
  return (
    canBeHad ||
    policy.stepUp === "always" ||
    claim.sameDevice === true ||
    stepUpReplacesMatching(session, claim.assessed.verdict)
  );
}

/** Whether what was signed is this request, as it stands now. */
function isProven(
  session: ScannedSession,
  account: AuthenticatedUser,
  proof: SignedApproval | undefined,
): boolean {
  return (
    proof !== undefined && proof.statement === approvalStatement(session, account, proof.nonce)
  );
}
