import { Hono, type Context } from "hono";
import { accountStub } from "../../accounts/account-stub.ts";
import { defined } from "../../lib/defined.ts";
import { callTwice } from "../../lib/object-unavailable.ts";
import type { Approver } from "../../login-session/domain/commands.ts";
import type { scanView } from "../../login-session/domain/view.ts";
import type { LoginResult } from "../../login-session/domain/errors.ts";
import { sessionStub } from "../../login-session/durable-object/session-stub.ts";
import { watchTokenFromCookie } from "../../login-session/transports/watch-cookie.ts";
import { ScanBody, UserCodeBody } from "../../protocol/requests.ts";
import type { ScanResponse } from "../../protocol/responses.ts";
import {
  impossibleCharacter,
  parseUserCode,
  USER_CODE_ALPHABET,
  USER_CODE_LENGTH,
} from "../../protocol/user-code.ts";
import { userCodesFor } from "../../user-codes/user-codes.ts";
import type { AppEnv } from "../app-env.ts";
import { authenticateApprover } from "../middleware/authenticate-approver.ts";
import { clientNetworkOf } from "../middleware/client-network.ts";
import { deviceInfoOf } from "../middleware/device-info.ts";
import { ProblemError } from "../middleware/problem-response.ts";
import { isWithinRate, limitRate } from "../middleware/rate-limit.ts";
import { jsonBody } from "../middleware/request-body.ts";
import { isFirstParty } from "../middleware/same-origin.ts";
import { requireSession, unwrapOrThrow } from "./find-session.ts";

/** A phone scans a code, and later views the request again. */
export const scanning = new Hono<AppEnv>();

scanning.post("/scan", limitRate("SESSION_LIMIT", "act"), async (c) => {
  const { user_code, new_scan_token: scanToken } = await jsonBody(c, UserCodeBody);
  const code = parseUserCode(user_code);
  // A malformed code is no try: it counts neither as a wrong one nor for the limit of typed codes.
  if (code === undefined) throw malformedCode(user_code);
  if (!(await isWithinRate(c, "USER_CODE_LIMIT"))) throw new ProblemError("too_many_requests");
  const device = deviceInfoOf(c.req.raw);
  const approver = await approverOf(c, device);
  const sessionId = unwrapOrThrow(
    await userCodesFor(c.env, code).resolve(code, clientNetworkOf(c)),
  );
  const session = sessionStub(c.env, sessionId);
  if (!session) throw new ProblemError("user_code_unknown");
  return scanResponse(c, await session.scan("user_code", device, defined({ approver, scanToken })));
});

scanning.post("/:id/scan", limitRate("SESSION_LIMIT", "act"), async (c) => {
  const body = await jsonBody(c, ScanBody);
  const session = requireSession(c);
  const device = deviceInfoOf(c.req.raw);
  const approver = await approverOf(c, device);
  const watchToken = watchTokenFromCookie(c.req.raw.headers, c.req.param("id"));
  const presented = defined({ approver, watchToken });
  if ("scan_token" in body) {
    return scanResponse(c, await session.viewRequest(body.scan_token, presented));
  }
  if ("same_device" in body) {
    // A page of another site could send this from the owner's browser.
    if (!isFirstParty(c)) throw new ProblemError("origin_not_allowed");
    if (watchToken === undefined) throw new ProblemError("watch_token_missing");
    return scanResponse(c, await session.scan("same_device", device, presented));
  }
  const { new_scan_token: scanToken, ...code } = body;
  const input = { ...presented, ...defined({ scanToken }) };
  return scanResponse(c, await session.scan(code, device, input));
});

function malformedCode(typed: string): ProblemError {
  const character = impossibleCharacter(typed);
  const mistake =
    character === undefined ? "user_code is not a code" : `${character} can't be in a code`;
  const expected = `${USER_CODE_LENGTH} letters of ${USER_CODE_ALPHABET}`;
  return new ProblemError("invalid_request", { detail: `${mistake}: it has ${expected}` });
}

/** The account of the phone, if it is signed in, with its login history. */
async function approverOf(
  c: Context<AppEnv>,
  device: Approver["device"],
): Promise<Approver | undefined> {
  const account = await authenticateApprover(c);
  if (!account) return undefined;
  const history = await callTwice(() => accountStub(c.env, account.sub).loginHistory());
  return { account, history, device };
}

function scanResponse(
  c: Context<AppEnv>,
  scanned: LoginResult<ReturnType<typeof scanView>>,
): Response {
  const { clientId, ...view } = unwrapOrThrow(scanned);
  const client = c.var.config.clients.get(clientId);
  // The client may have been removed from the configuration since the session was created.
  if (!client) throw new ProblemError("client_unknown");
  const { client_id, name } = client;
  return c.json({ ...view, client: { client_id, name } } satisfies ScanResponse);
}
