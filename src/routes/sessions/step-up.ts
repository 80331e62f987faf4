import { Hono, type Context } from "hono";
import { accountStub, pipelined } from "../../accounts/account-stub.ts";
import { appendAuditEvent } from "../../accounts/audit-log/append-audit-event.ts";
import type { AttackType } from "../../accounts/audit-log/audit-event.ts";
import { stepUpOptions } from "../../accounts/passkeys/verify-passkey.ts";
import { defined } from "../../lib/defined.ts";
import { sha256 } from "../../lib/digest.ts";
import { randomToken } from "../../lib/random.ts";
import type { AuthenticatedUser } from "../../login-session/domain/authenticated-user.ts";
import type { VerifiedAssertion } from "../../login-session/durable-object/scan-input.ts";
import { StepUpBody } from "../../protocol/requests.ts";
import type { AssertionResponse } from "../../protocol/webauthn.ts";
import type { AppEnv } from "../app-env.ts";
import { beginStepUp, stepUpCeremony } from "../account/webauthn-challenge-cookie.ts";
import { requireSession, unwrapOrThrow } from "./find-session.ts";
import { authenticateApprover } from "../middleware/authenticate-approver.ts";
import { accountProblem } from "../account/account-problem.ts";
import { ProblemError } from "../middleware/problem-response.ts";
import { limitRate } from "../middleware/rate-limit.ts";
import { jsonBody } from "../middleware/request-body.ts";
import { eventContextOf } from "../middleware/request-context.ts";

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
    throw new ProblemError("passkey_invalid", { reason: "ceremony_of_another_session" });
  }
  const { sub } = account;
  const passkeys = pipelined(accountStub(c.env, sub).passkeys());
  const verified = await passkeys.stepUp({ response: assertion, ceremony, sub });
  if (verified.ok) return { challenge: ceremony.challenge, nonce, assertion };
  if (verified.error.code === "account_unknown") {
    await recordAttack(c, account, "assertion_of_another_account");
  } else if (verified.error.code === "passkey_invalid") {
    await recordAttack(c, account, "assertion_of_another_request");
  }
  throw accountProblem(verified.error);
}

async function recordAttack(
  c: Context<AppEnv>,
  { sub, phone }: AuthenticatedUser,
  what: AttackType,
): Promise<void> {
  const event = {
    type: "attack",
    what,
    ...defined({ sid: c.req.param("id") }),
    ...eventContextOf(c),
  } as const;
  await appendAuditEvent(c.env, sub, event, phone);
}
