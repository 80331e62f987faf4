import { Hono, type Context } from "hono";
import { pipelined } from "../../accounts/account-stub.ts";
import type { DeviceSummary } from "../../accounts/logins/device-summary.ts";
import type { EndedBy } from "../../accounts/logins/login-record.ts";
import type { BrowserSummary } from "../../accounts/browser-sessions/browser-summary.ts";
import { defined } from "../../lib/defined.ts";
import type { Device, DevicesResponse, LoggedInBrowser } from "../../protocol/devices.ts";
import type { AppEnv } from "../app-env.ts";
import { methodNotAllowed } from "../middleware/method-not-allowed.ts";
import { limitAccountRate } from "../middleware/rate-limit.ts";
import { jsonBody, NoBody } from "../middleware/request-body.ts";
import { accountProblem } from "./account-problem.ts";
import { clientNamed, requireAccount } from "./require-account.ts";

/**
 * The logins on screens, for their owner to list, to confirm and to end; also those that ended without the owner, while
 * they are asked whether these were theirs. Whoever may approve logins may use these routes: by the cookie of a built-in
 * account, from our own pages, or by a trusted issuer's token.
 */
export const devices = new Hono<AppEnv>();

const BROWSER = "/browsers/:browser{[A-Za-z0-9_-]{22}}";
const SID = "/:sid{[A-Za-z0-9_-]{43}}";

// "/*" matches "/" too.
devices.on(["GET", "POST", "DELETE"], "/*", limitAccountRate());

devices.get("/", async (c) => {
  const { account } = await requireAccount(c);
  using overview = await pipelined(account.devices()).overview();
  return c.json({
    devices: overview.devices.map((device) => toDevice(c, device)),
    ...(overview.browsers.length > 0 && { browsers: overview.browsers.map(toBrowser) }),
  } satisfies DevicesResponse);
});

devices.delete("/", async (c) => {
  const { account, phone } = await requireAccount(c);
  const ended = await pipelined(account.devices()).endAll(phone);
  if (!ended.ok) throw accountProblem(ended.error);
  return c.body(null, 204);
});

devices.delete(SID, (c) => end(c, c.req.param("sid"), "owner"));

devices.post(`${SID}/confirm`, async (c) => {
  await jsonBody(c, NoBody);
  const { account, phone } = await requireAccount(c);
  const confirmed = await pipelined(account.devices()).confirm(c.req.param("sid"), phone);
  if (!confirmed.ok) throw accountProblem(confirmed.error);
  return c.body(null, 204);
});

/** The owner reports a login as somebody else's. All its tokens are void. It may have ended before. */
devices.post(`${SID}/not-me`, async (c) => {
  await jsonBody(c, NoBody);
  return await end(c, c.req.param("sid"), "stranger");
});

/** Logs a browser out that stays logged in, and ends all its logins. */
devices.delete(BROWSER, async (c) => {
  const { account, phone } = await requireAccount(c);
  const ended = await pipelined(account.devices()).endBrowser(c.req.param("browser"), phone);
  if (!ended.ok) throw accountProblem(ended.error);
  return c.body(null, 204);
});

devices.all("/", methodNotAllowed("GET", "DELETE"));
devices.all(SID, methodNotAllowed("DELETE"));
devices.all(BROWSER, methodNotAllowed("DELETE"));
for (const path of ["confirm", "not-me"]) devices.all(`${SID}/${path}`, methodNotAllowed("POST"));

async function end(
  c: Context<AppEnv>,
  sid: string,
  endedBy: Extract<EndedBy, "owner" | "stranger">,
): Promise<Response> {
  const { account, phone } = await requireAccount(c);
  const ended = await pipelined(account.devices()).end(sid, endedBy, phone);
  if (!ended.ok) throw accountProblem(ended.error);
  return c.body(null, 204);
}

function toDevice(
  c: Context<AppEnv>,
  {
    clientId,
    browserSession,
    beganAt,
    lastSeenAt,
    expiresAt,
    ended,
    justNow,
    ...device
  }: DeviceSummary,
): Device {
  return {
    ...device,
    client: clientNamed(c, clientId),
    ...defined({ browser_session: browserSession }),
    began_at: new Date(beganAt).toISOString(),
    last_seen_at: new Date(lastSeenAt).toISOString(),
    expires_at: new Date(expiresAt).toISOString(),
    ...(ended ? { ended_at: new Date(ended.at).toISOString(), ended_by: ended.by } : {}),
    just_now: justNow,
  };
}

function toBrowser({
  openedAt,
  lastUsedAt,
  expiresAt,
  ...browser
}: BrowserSummary): LoggedInBrowser {
  return {
    ...browser,
    opened_at: new Date(openedAt).toISOString(),
    last_used_at: new Date(lastUsedAt).toISOString(),
    expires_at: new Date(expiresAt).toISOString(),
  };
}
