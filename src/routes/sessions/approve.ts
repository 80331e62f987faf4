import { Hono, type Context } from "hono";
import { defined } from "../../lib/defined.ts";
import type { StepUpRequired } from "../../login-session/domain/errors.ts";
import { watchTokenFromCookie } from "../../login-session/transports/watch-cookie.ts";
import { stepUpChallenge } from "../../oidc/authorization/step-up-challenge.ts";
import { ApprovalBody, DenialBody } from "../../protocol/requests.ts";
import type { DecisionResponse } from "../../protocol/responses.ts";
import { endCeremony, hasCeremony } from "../account/webauthn-challenge-cookie.ts";
import type { AppEnv } from "../app-env.ts";
import { authenticateApprover } from "../middleware/authenticate-approver.ts";
import { deviceInfoOf } from "../middleware/device-info.ts";
import { ProblemError } from "../middleware/problem-response.ts";
import { limitRate } from "../middleware/rate-limit.ts";
import { jsonBody } from "../middleware/request-body.ts";
import { requireSession, unwrapOrThrow } from "./find-session.ts";
import { verifyStepUp } from "./step-up.ts";

/** The phone's owner approves or denies. */
export const decisions = new Hono<AppEnv>();

decisions.post("/:id/approve", limitRate("APPROVE_LIMIT"), endCeremony(hasCeremony), async (c) => {
  const { scan_token, match, assertion } = await jsonBody(c, ApprovalBody);
  const session = requireSession(c);
  const account = await authenticateApprover(c);
  if (!account) throw new ProblemError("sign_in_required");
  const signed = assertion && (await verifyStepUp(c, account, assertion));
  const watchToken = watchTokenFromCookie(c.req.raw.headers, c.req.param("id"));
  const device = deviceInfoOf(c.req.raw);
  const input = { account, device, ...defined({ watchToken, match, signed }) };
  const approved = await session.approve(scan_token, input);
  if (!approved.ok && typeof approved.error !== "string") {
    // A signature that is not accepted has signed another request, or this one before it changed.
    throw stepUpProblem(c, approved.error, signed && "statement_of_another_request");
  }
  unwrapOrThrow(approved);
  return c.json({ status: "approved" } satisfies DecisionResponse);
});

decisions.post("/:id/deny", limitRate("SESSION_LIMIT", "act"), async (c) => {
  const { scan_token } = await jsonBody(c, DenialBody);
  unwrapOrThrow(await requireSession(c).deny(scan_token));
  return c.json({ status: "denied" } satisfies DecisionResponse);
});

/** An app needs to know what to request of its issuer (RFC 9470 §3). Our own page uses the passkey. */
function stepUpProblem(
  c: Context<AppEnv>,
  required: StepUpRequired,
  reason: string | undefined,
): ProblemError {
  const scheme = /^(Bearer|DPoP) /i.exec(c.req.header("Authorization") ?? "")?.[1];
  if (scheme === undefined) return new ProblemError(required.code, defined({ reason }));
  const challenge = stepUpChallenge(scheme.toLowerCase() === "dpop" ? "DPoP" : "Bearer", required);
  return new ProblemError(required.code, { challenge });
}
