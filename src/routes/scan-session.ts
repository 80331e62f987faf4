import { Hono, type Context } from "hono";
import { accountStub } from "../accounts/account-stub.ts";
import { callTwice } from "../durable-objects/unavailable.ts";
import type { Approver } from "../login/command.ts";
import type { Claimed } from "../object/claimed.ts";
import { sessionStub } from "../object/session-stub.ts";
import { userCodesFor } from "../object/user-codes.ts";
import type { ScanAnswer } from "../protocol/answers.ts";
import { ScanBody, UserCodeBody } from "../protocol/requests.ts";
import { parseUserCode, USER_CODE_ALPHABET, USER_CODE_LENGTH } from "../protocol/user-code.ts";
import { watchTokenFromCookie } from "../transports/watch-cookie.ts";
import { addressOf } from "./address.ts";
import { refuseRedeemed } from "./already-approved.ts";
import type { AppEnv } from "./app-env.ts";
import { deviceOf } from "./device.ts";
import { findSession, unwrap } from "./find-session.ts";
import { isFirstParty } from "./first-party.ts";
import { identify } from "./identify.ts";
import { ProblemError } from "./problem-answer.ts";
import { limitRate } from "./rate-limit.ts";
import { jsonBody } from "./request-body.ts";

/** The phone scans, and asks about what it holds. */
export const scanning = new Hono<AppEnv>();

scanning.post("/scan", limitRate("USER_CODE_LIMIT"), async (c) => {
  const { user_code, new_scan_token } = await jsonBody(c, UserCodeBody);
  const code = parseUserCode(user_code);
  // What can't be a code is no try on one: it reaches no counter.
  if (code === undefined) {
    const expected = `${USER_CODE_LENGTH} letters of ${USER_CODE_ALPHABET}`;
    throw new ProblemError("invalid_request", `user_code is not a code: it has ${expected}`);
  }
  const by = await scannerOf(c);
  const sessionId = unwrap(await userCodesFor(c.env, code).resolve(code, addressOf(c)));
  const session = sessionStub(c.env, sessionId);
  if (!session) throw new ProblemError("user_code_unknown");
  const scanned = await session.scan("user_code", deviceOf(c.req.raw), {
    ...by,
    ...(new_scan_token === undefined ? {} : { scanToken: new_scan_token }),
  });
  return c.json(scanAnswer(c, sessionId, unwrap(scanned)));
});

scanning.post("/:id/scan", limitRate("SESSION_LIMIT", "act"), async (c) => {
  const body = await jsonBody(c, ScanBody);
  const session = findSession(c);
  const sessionId = c.req.param("id");
  const phone = deviceOf(c.req.raw);
  const by = await scannerOf(c);
  const watchToken = watchTokenFromCookie(c.req.raw.headers, sessionId);
  if ("scan_token" in body) {
    const approver = by.approver && { ...by.approver, phone };
    const looked = await session.look(body.scan_token, approver, watchToken);
    if (approver) await refuseRedeemed(c.env, sessionId, approver.account.sub, looked);
    return c.json(scanAnswer(c, sessionId, { scanToken: body.scan_token, ...unwrap(looked) }));
  }
  if ("same_device" in body) {
    // What another site's page asks of somebody's own browser is not asked by them.
    if (!isFirstParty(c)) throw new ProblemError("origin_not_allowed");
    if (watchToken === undefined) throw new ProblemError("watch_token_missing");
    const taken = await session.scan("same_device", phone, { ...by, watchToken });
    return c.json(scanAnswer(c, sessionId, unwrap(taken)));
  }
  const { new_scan_token, ...code } = body;
  const scanned = await session.scan(code, phone, {
    ...by,
    ...(watchToken === undefined ? {} : { watchToken }),
    ...(new_scan_token === undefined ? {} : { scanToken: new_scan_token }),
  });
  return c.json(scanAnswer(c, sessionId, unwrap(scanned)));
});

/** Who holds the phone, if it is signed in, with what their account remembers of screens. */
async function scannerOf(c: Context<AppEnv>): Promise<{ approver?: Omit<Approver, "phone"> }> {
  const account = await identify(c);
  if (!account) return {};
  const standing = await callTwice(() => accountStub(c.env, account.sub).standing());
  return { approver: { account, standing } };
}

/** What is told of the request depends on who holds the phone: only who is signed in sees who asks. */
function scanAnswer(
  c: Context<AppEnv>,
  sessionId: string,
  { scanToken, clientId, expiresAt, request }: Claimed & { scanToken: string },
): ScanAnswer {
  const client = c.var.config.clients.get(clientId);
  // A client that was taken out of the configuration meanwhile gets no more logins.
  if (!client) throw new ProblemError("client_unknown");
  return {
    session_id: sessionId,
    scan_token: scanToken,
    client: { client_id: client.client_id, name: client.name },
    expires_at: new Date(expiresAt).toISOString(),
    ...(request ? { request } : {}),
  };
}
