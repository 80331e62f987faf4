import type { PasskeyRejection } from "../../accounts/passkeys/credential.ts";
import type { ProblemCode } from "../../protocol/problem-codes.ts";
import { ProblemError } from "../middleware/problem-response.ts";

/** Turns the error of an account into a problem. The reason why a passkey was rejected is only logged. */
export function accountProblem(
  error: ProblemCode | "not_signed_in" | PasskeyRejection,
): ProblemError {
  if (typeof error === "object") {
    const { code, reason } = error;
    // Whether the account or the passkey is unknown is not revealed.
    return new ProblemError(code === "ceremony_used" ? "ceremony_expired" : "passkey_invalid", {
      reason,
    });
  }
  // The phone was signed out since the request was authenticated.
  return new ProblemError(error === "not_signed_in" ? "sign_in_required" : error);
}
