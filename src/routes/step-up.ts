import { Hono, type Context } from "hono";
import { accountStub } from "../accounts/account-stub.ts";
import type { AssertionResponse } from "../accounts/passkey-bodies.ts";
import { stepUpOptions } from "../accounts/passkeys.ts";
import { sha256 } from "../crypto/digest.ts";
import { randomToken } from "../crypto/random.ts";
import type { AccountClaims } from "../login/session.ts";
import type { Signed } from "../object/evidence.ts";
import { StepUpBody } from "../protocol/requests.ts";
import type { AppEnv } from "./app-env.ts";
import { beginStepUp, stepUpCeremony } from "./ceremony.ts";
import { findSession, unwrap } from "./find-session.ts";
import { identify } from "./identify.ts";
import { noteAttack } from "./note.ts";
import { ProblemError } from "./problem-answer.ts";
import { limitRate } from "./rate-limit.ts";
import { jsonBody } from "./request-body.ts";

/**
 * The passkey once more, for one request: what it signs is the SHA-256 of a statement of what was shown
 * on this phone. An app's owner steps up with their own issuer, and has nothing to ask for here.
 */
export const stepUp = new Hono<AppEnv>();

stepUp.post("/:id/step-up", limitRate("APPROVE_LIMIT"), async (c) => {
  const { scan_token } = await jsonBody(c, StepUpBody);
  const session = findSession(c);
  const account = await identify(c);
  if (account?.phone === undefined) throw new ProblemError("sign_in_required");
  const nonce = randomToken();
  const statement = unwrap(await session.statement(scan_token, account, nonce));
  const challenge = await sha256(statement);
  await beginStepUp(c, challenge, { sessionId: c.req.param("id"), nonce });
  return c.json({ options: await stepUpOptions(c.var.config.issuer, challenge) });
});

/** What was signed, once it is certain that the account's own passkey did so when it was asked to. */
export async function verifyStepUp(
  c: Context<AppEnv>,
  account: AccountClaims,
  assertion: AssertionResponse,
): Promise<Signed> {
  const { ceremony, sessionId, nonce } = await stepUpCeremony(c);
  if (sessionId !== c.req.param("id")) {
    await noteAttack(c, account, "assertion_of_another_request");
    throw new ProblemError("passkey_invalid");
  }
  const { sub } = account;
  const verified = await accountStub(c.env, sub).stepUp({ response: assertion, ceremony, sub });
  if (verified.ok) return { challenge: ceremony.challenge, nonce, assertion };
  switch (verified.error) {
    case "ceremony_used":
      throw new ProblemError("ceremony_expired");
    case "account_unknown":
      await noteAttack(c, account, "assertion_of_another_account");
      throw new ProblemError("passkey_invalid");
    case "passkey_invalid":
      await noteAttack(c, account, "assertion_of_another_request");
      throw new ProblemError("passkey_invalid");
  }
}
