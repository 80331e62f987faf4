import type { ProblemCode } from "../../protocol/problem.ts";
import { ProblemError } from "../middleware/problem-response.ts";

/** The answer to what an account has refused. A phone that was signed out in this very moment is to sign in again. */
export function refusedAction(error: ProblemCode | "not_signed_in"): ProblemError {
  return new ProblemError(error === "not_signed_in" ? "sign_in_required" : error);
}
