import { defined } from "../../lib/defined.ts";
import { Hono, type Context } from "hono";
import { accountStub } from "../../accounts/account-stub.ts";
import { callTwice } from "../../lib/object-unavailable.ts";
import type { Approver } from "../../login-session/domain/commands.ts";
import type { ApprovalRequest } from "../../login-session/durable-object/approval-request.ts";
import { sessionStub } from "../../login-session/durable-object/session-stub.ts";
import { userCodesFor } from "../../user-codes/user-codes.ts";
import type { ScanResponse } from "../../protocol/responses.ts";
import { ScanBody, UserCodeBody } from "../../protocol/requests.ts";
import { parseUserCode, USER_CODE_ALPHABET, USER_CODE_LENGTH } from "../../protocol/user-code.ts";
import { watchTokenFromCookie } from "../../login-session/transports/watch-cookie.ts";
import { clientNetworkOf } from "../middleware/client-network.ts";
import { refuseRedeemed } from "./refuse-redeemed.ts";
import type { AppEnv } from "../app-env.ts";
import { deviceInfoOf } from "../middleware/device-info.ts";
import { requireSession, unwrapOrThrow } from "./find-session.ts";
import { isFirstParty } from "../middleware/same-origin.ts";
import { authenticateApprover } from "../middleware/authenticate-approver.ts";
import { ProblemError } from "../middleware/problem-response.ts";
import { limitRate } from "../middleware/rate-limit.ts";
import { jsonBody } from "../middleware/request-body.ts";

/** The phone scans, and asks about what it holds. */
export const scanning = new Hono<AppEnv>();

scanning.post("/scan", limitRate("USER_CODE_LIMIT"), async (c) => {
  const { user_code, new_scan_token } = await jsonBody(c, UserCodeBody);
  const code = parseUserCode(user_code);
  // What can't be a code is no try on one: it reaches no counter.
  if (code === undefined) {
    const expected = `${USER_CODE_LENGTH} letters of ${USER_CODE_ALPHABET}`;
    throw new ProblemError("invalid_request", {
      detail: `user_code is not a code: it has ${expected}`,
    });
  }
  const by = await scannerOf(c);
  const sessionId = unwrapOrThrow(
    await userCodesFor(c.env, code).resolve(code, clientNetworkOf(c)),
  );
  const session = sessionStub(c.env, sessionId);
  if (!session) throw new ProblemError("user_code_unknown");
  const scanned = await session.scan("user_code", deviceInfoOf(c.req.raw), {
    ...by,
    ...defined({ scanToken: new_scan_token }),
  });
  return c.json(scanAnswer(c, sessionId, unwrapOrThrow(scanned)));
});

scanning.post("/:id/scan", limitRate("SESSION_LIMIT", "act"), async (c) => {
  const body = await jsonBody(c, ScanBody);
  const session = requireSession(c);
  const sessionId = c.req.param("id");
  const phone = deviceInfoOf(c.req.raw);
  const by = await scannerOf(c);
  const watchToken = watchTokenFromCookie(c.req.raw.headers, sessionId);
  if ("scan_token" in body) {
    const approver = by.approver && { ...by.approver, phone };
    const looked = await session.viewRequest(body.scan_token, approver, watchToken);
    if (approver) await refuseRedeemed(c.env, sessionId, approver.account.sub, looked);
    return c.json(
      scanAnswer(c, sessionId, { scanToken: body.scan_token, ...unwrapOrThrow(looked) }),
    );
  }
  if ("same_device" in body) {
    // What another site's page asks of somebody's own browser is not asked by them.
    if (!isFirstParty(c)) throw new ProblemError("origin_not_allowed");
    if (watchToken === undefined) throw new ProblemError("watch_token_missing");
    const taken = await session.scan("same_device", phone, { ...by, watchToken });
    return c.json(scanAnswer(c, sessionId, unwrapOrThrow(taken)));
  }
  const { new_scan_token, ...code } = body;
  const scanned = await session.scan(code, phone, {
    ...by,
    ...defined({ watchToken, scanToken: new_scan_token }),
  });
  return c.json(scanAnswer(c, sessionId, unwrapOrThrow(scanned)));
});

/** Who holds the phone, if it is signed in, with what their account remembers of screens. */
async function scannerOf(c: Context<AppEnv>): Promise<{ approver?: Omit<Approver, "phone"> }> {
  const account = await authenticateApprover(c);
  if (!account) return {};
  const standing = await callTwice(() => accountStub(c.env, account.sub).loginHistory());
  return { approver: { account, standing } };
}

/** What is told of the request depends on who holds the phone: only who is signed in sees who asks. */
function scanAnswer(
  c: Context<AppEnv>,
  sessionId: string,
  { scanToken, clientId, expiresAt, request }: ApprovalRequest & { scanToken: string },
): ScanResponse {
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
