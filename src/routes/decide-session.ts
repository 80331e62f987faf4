import { Hono, type Context } from "hono";
import type { Claimed } from "../object/login-session.ts";
import { sessionStub } from "../object/session-stub.ts";
import { userCodesFor } from "../object/user-codes.ts";
import type { DecisionAnswer, ScanAnswer } from "../protocol/answers.ts";
import { DecisionBody, ScanBody, UserCodeBody } from "../protocol/requests.ts";
import { parseUserCode } from "../protocol/user-code.ts";
import { addressOf } from "./address.ts";
import type { AppEnv } from "./app-env.ts";
import { deviceOf } from "./device.ts";
import { findSession, unwrap } from "./find-session.ts";
import { identify } from "./identify.ts";
import { ProblemError } from "./problem-answer.ts";
import { limitRate } from "./rate-limit.ts";
import { jsonBody } from "./request-body.ts";

/** The phone scans, and its owner decides. */
export const decisions = new Hono<AppEnv>();

decisions.post("/scan", limitRate("USER_CODE_LIMIT"), async (c) => {
  const { user_code } = await jsonBody(c, UserCodeBody);
  const code = parseUserCode(user_code);
  if (code === undefined) throw new ProblemError("invalid_request", "user_code is not a code");
  const account = await identify(c);
  const sessionId = unwrap(await userCodesFor(c.env, code).resolve(code, addressOf(c)));
  const session = sessionStub(c.env, sessionId);
  if (!session) throw new ProblemError("user_code_unknown");
  const { scanToken, ...claimed } = unwrap(await session.scan("user_code", deviceOf(c.req.raw)));
  return c.json(scanAnswer(c, { sessionId, scanToken, claimed, signedIn: account !== undefined }));
});

decisions.post("/:id/scan", async (c) => {
  const body = await jsonBody(c, ScanBody);
  const session = findSession(c);
  const signedIn = (await identify(c)) !== undefined;
  const sessionId = c.req.param("id");
  if ("scan_token" in body) {
    const claimed = unwrap(await session.claimed(body.scan_token));
    return c.json(scanAnswer(c, { sessionId, scanToken: body.scan_token, claimed, signedIn }));
  }
  const { scanToken, ...claimed } = unwrap(await session.scan(body, deviceOf(c.req.raw)));
  return c.json(scanAnswer(c, { sessionId, scanToken, claimed, signedIn }));
});

decisions.post("/:id/approve", limitRate("APPROVE_LIMIT"), async (c) => {
  const { scan_token } = await jsonBody(c, DecisionBody);
  const session = findSession(c);
  const account = await identify(c);
  if (!account) throw new ProblemError("sign_in_required");
  unwrap(await session.approve(scan_token, account));
  return c.json({ status: "approved" } satisfies DecisionAnswer);
});

decisions.post("/:id/deny", async (c) => {
  const { scan_token } = await jsonBody(c, DecisionBody);
  unwrap(await findSession(c).deny(scan_token));
  return c.json({ status: "denied" } satisfies DecisionAnswer);
});

/** What is told of the request depends on who holds the phone: only who is signed in sees who asks. */
function scanAnswer(
  c: Context<AppEnv>,
  scan: { sessionId: string; scanToken: string; claimed: Claimed; signedIn: boolean },
): ScanAnswer {
  const client = c.var.config.clients.get(scan.claimed.clientId);
  // A client that was taken out of the configuration meanwhile gets no more logins.
  if (!client) throw new ProblemError("client_unknown");
  return {
    session_id: scan.sessionId,
    scan_token: scan.scanToken,
    client: { client_id: client.client_id, name: client.name },
    expires_at: new Date(scan.claimed.expiresAt).toISOString(),
    ...(scan.signedIn ? { request: scan.claimed.request } : {}),
  };
}
