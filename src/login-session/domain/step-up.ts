import type { Verdict } from "../../protocol/risk.ts";
import { approvalStatement } from "./approval-statement.ts";
import type { AuthenticatedUser } from "./authenticated-user.ts";
import type { ScannedSession, SessionParameters } from "./session.ts";
import type { SignedApproval } from "./signed-approval.ts";

/**
 * Whether step-up replaces number matching. A device that shows its code on paper or in a terminal may be
 * unable to show digits later (RFC 8628 §3.3), so it has to only if the policy always requires matching.
 */
export function stepUpReplacesMatching(
  { begunBy, policy }: SessionParameters,
  verdict: Verdict | undefined,
): boolean {
  return begunBy.grant === "device_code" && policy.matching === "on_risk" && verdict === "verify";
}

/**
 * Whether an approver must still authenticate again. A passkey account does so by signing what was shown;
 * an account of another issuer by a recent sign-in, or by one with an `acr` that the client accepts
 * (RFC 9470 §4).
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
  // If the issuer sends neither auth_time nor acr, step-up can't be satisfied. Then the login is refused
  // if step-up is always required, or replaces number matching; otherwise it is allowed.
  const isPossible = authTime !== undefined || acr !== undefined;
  return (
    isPossible ||
    policy.stepUp === "always" ||
    claim.sameDevice === true ||
    stepUpReplacesMatching(session, claim.assessed.verdict)
  );
}

/** Whether the signed statement is the one of this request, as it is now. */
function isProven(
  session: ScannedSession,
  account: AuthenticatedUser,
  proof: SignedApproval | undefined,
): boolean {
  return (
    proof !== undefined && proof.statement === approvalStatement(session, account, proof.nonce)
  );
}
