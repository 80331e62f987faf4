import { defined } from "../../lib/defined.ts";
import { Hono, type Context } from "hono";
import * as v from "valibot";
import { accountStub } from "../../accounts/account-stub.ts";
import { AssertionResponse } from "../../protocol/webauthn.ts";
import { callTwice } from "../../lib/object-unavailable.ts";
import { stepUpChallenge } from "../../oidc/authorization/step-up-challenge.ts";
import type { DecisionResponse } from "../../protocol/responses.ts";
import { ApprovalBody, DenialBody } from "../../protocol/requests.ts";
import { watchTokenFromCookie } from "../../login-session/transports/watch-cookie.ts";
import { refuseRedeemed } from "./refuse-redeemed.ts";
import type { AppEnv } from "../app-env.ts";
import { endCeremony, hasCeremony } from "../account/webauthn-challenge-cookie.ts";
import { deviceInfoOf } from "../middleware/device-info.ts";
import { requireSession, unwrapOrThrow } from "./find-session.ts";
import { authenticateApprover } from "../middleware/authenticate-approver.ts";
import { ProblemError } from "../middleware/problem-response.ts";
import { limitRate } from "../middleware/rate-limit.ts";
import { jsonBody } from "../middleware/request-body.ts";
import { verifyStepUp } from "./step-up.ts";

/** The phone's owner decides. */
export const decisions = new Hono<AppEnv>();

const SignedApprovalBody = v.strictObject({
  ...ApprovalBody.entries,
  /** What the passkey answered to the options of a step-up. */
  assertion: v.exactOptional(AssertionResponse),
});

decisions.post("/:id/approve", limitRate("APPROVE_LIMIT"), endCeremony(hasCeremony), async (c) => {
  const { scan_token, match, assertion } = await jsonBody(c, SignedApprovalBody);
  const session = requireSession(c);
  const account = await authenticateApprover(c);
  if (!account) throw new ProblemError("sign_in_required");
  const signed = assertion && (await verifyStepUp(c, account, assertion));
  const watchToken = watchTokenFromCookie(c.req.raw.headers, c.req.param("id"));
  const evidence = {
    ...defined({ watchToken, match }),
    ...(signed ? { signed } : {}),
  };
  let approved = await session.approve(scan_token, account, evidence);
  if (!approved.ok && approved.error === "not_assessed") {
    const standing = await callTwice(() => accountStub(c.env, account.sub).loginHistory());
    const phone = deviceInfoOf(c.req.raw);
    approved = await session.approve(scan_token, account, { ...evidence, phone, standing });
  }
  if (!approved.ok && approved.stepUp) throw stepUpProblem(c, approved.stepUp);
  if (!approved.repeated) {
    await refuseRedeemed(c.env, c.req.param("id"), account.sub, approved);
    unwrapOrThrow(approved);
  }
  return c.json({ status: "approved" } satisfies DecisionResponse);
});

decisions.post("/:id/deny", limitRate("SESSION_LIMIT", "act"), async (c) => {
  const { scan_token } = await jsonBody(c, DenialBody);
  const denied = await requireSession(c).deny(scan_token);
  if (!denied.repeated) unwrapOrThrow(denied);
  return c.json({ status: "denied" } satisfies DecisionResponse);
});

/** An app is told what to ask its issuer for (RFC 9470 §3); our own page knows. */
function stepUpProblem(
  c: Context<AppEnv>,
  wanted: { maxAge: number; acr: readonly string[] },
): ProblemError {
  const scheme = /^(Bearer|DPoP) /i.exec(c.req.header("Authorization") ?? "")?.[1];
  if (scheme === undefined) return new ProblemError("step_up_required");
  const challenge = stepUpChallenge(scheme.toLowerCase() === "dpop" ? "DPoP" : "Bearer", wanted);
  return new ProblemError("step_up_required", undefined, challenge);
}
