import { accountStub } from "../../accounts/account-stub.ts";
import type { LoginResult } from "../../login-session/domain/errors.ts";
import { ProblemError } from "../middleware/problem-response.ts";

/**
 * A session that was redeemed is gone, and a phone whose approval was taken may ask again since the
 * answer was lost. The account knows of the login, so whoever approved is told so, as they were before.
 *
 * @throws {ProblemError} `already_approved`
 */
export async function refuseRedeemed(
  env: Env,
  sessionId: string,
  sub: string,
  result: LoginResult<unknown>,
): Promise<void> {
  if (result.ok || result.error !== "session_expired") return;
  if (await accountStub(env, sub).wasRedeemed(sessionId))
    throw new ProblemError("already_approved");
}
