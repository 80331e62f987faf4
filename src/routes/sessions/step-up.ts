import { Hono, type Context } from "hono";
import { accountStub } from "../../accounts/account-stub.ts";
import type { AssertionResponse } from "../../accounts/passkeys/passkey-schemas.ts";
import { stepUpOptions } from "../../accounts/passkeys/verify-passkey.ts";
import { sha256 } from "../../lib/digest.ts";
import { randomToken } from "../../lib/random.ts";
import type { AuthenticatedUser } from "../../login-session/domain/authenticated-user.ts";
import type { VerifiedAssertion } from "../../login-session/durable-object/scan-input.ts";
import { StepUpBody } from "../../protocol/requests.ts";
import type { AppEnv } from "../app-env.ts";
import { beginStepUp, stepUpCeremony } from "../account/webauthn-challenge-cookie.ts";
import { requireSession, unwrapOrThrow } from "./find-session.ts";
import { authenticateApprover } from "../middleware/authenticate-approver.ts";
import { recordAttack } from "../account/record-attack.ts";
import { ProblemError } from "../middleware/problem-response.ts";
import { limitRate } from "../middleware/rate-limit.ts";
import { jsonBody } from "../middleware/request-body.ts";

/**
 * Step-up for one request: the passkey signs the SHA-256 of a statement of what the phone has shown. Apps
 * of other issuers step up with their issuer, and don't use this.
 */
export const stepUp = new Hono<AppEnv>();

stepUp.post("/:id/step-up", limitRate("APPROVE_LIMIT"), async (c) => {
  const { scan_token } = await jsonBody(c, StepUpBody);
  const session = requireSession(c);
  const account = await authenticateApprover(c);
  if (account?.phone === undefined) throw new ProblemError("sign_in_required");
  const nonce = randomToken();
  const statement = unwrapOrThrow(await session.statement(scan_token, account, nonce));
  const challenge = await sha256(statement);
  await beginStepUp(c, challenge, { sessionId: c.req.param("id"), nonce });
  return c.json({ options: await stepUpOptions(c.var.config.issuer, challenge) });
});

/** Verifies that a passkey of this account signed the challenge of this request. */
export async function verifyStepUp(
  c: Context<AppEnv>,
  account: AuthenticatedUser,
  assertion: AssertionResponse,
): Promise<VerifiedAssertion> {
  const { ceremony, sessionId, nonce } = await stepUpCeremony(c);
  if (sessionId !== c.req.param("id")) {
    await recordAttack(c, account, "assertion_of_another_request");
    throw new ProblemError("passkey_invalid");
  }
  const { sub } = account;
  const verified = await accountStub(c.env, sub).stepUp({ response: assertion, ceremony, sub });
  if (verified.ok) return { challenge: ceremony.challenge, nonce, assertion };
  switch (verified.error) {
    case "ceremony_used":
      throw new ProblemError("ceremony_expired");
    case "account_unknown":
      await recordAttack(c, account, "assertion_of_another_account");
      throw new ProblemError("passkey_invalid");
    case "passkey_invalid":
      await recordAttack(c, account, "assertion_of_another_request");
      throw new ProblemError("passkey_invalid");
  }
}
