import { Hono, type Context } from "hono";
import type { EndedBy } from "../../accounts/logins/login-record.ts";
import type { DevicesResponse } from "../../protocol/responses.ts";
import type { AppEnv } from "../app-env.ts";
import { methodNotAllowed } from "../middleware/method-not-allowed.ts";
import { clientNamed, requireAccount } from "./require-account.ts";
import { refusedAction } from "./refused-action.ts";
import { limitAccountRate } from "../middleware/rate-limit.ts";
import { jsonBody, NoBody } from "../middleware/request-body.ts";

/**
 * The screens that somebody is logged in on, for themselves to see, to confirm and to end; also those
 * that ended without them, while they are asked whether that was them. Whoever may
 * approve may ask: by the cookie of a passkey account, from a page of our own, or by a trusted issuer's token.
 */
export const devices = new Hono<AppEnv>();

const SID = "/:sid{[A-Za-z0-9_-]{43}}";

// "/*" is "/" too.
devices.on(["GET", "POST", "DELETE"], "/*", limitAccountRate());

devices.get("/", async (c) => {
  const { account } = await requireAccount(c);
  const known = await account.devices();
  return c.json({
    devices: known.map(
      ({ clientId, beganAt, lastSeenAt, expiresAt, ended, justNow, ...device }) => ({
        ...device,
        client: clientNamed(c, clientId),
        began_at: new Date(beganAt).toISOString(),
        last_seen_at: new Date(lastSeenAt).toISOString(),
        expires_at: new Date(expiresAt).toISOString(),
        ...(ended ? { ended_at: new Date(ended.at).toISOString(), ended_by: ended.by } : {}),
        just_now: justNow,
      }),
    ),
  } satisfies DevicesResponse);
});

devices.delete("/", async (c) => {
  const { account, phone } = await requireAccount(c);
  const ended = await account.endDevices(phone);
  if (!ended.ok) throw refusedAction(ended.error);
  return c.body(null, 204);
});

devices.delete(SID, (c) => end(c, c.req.param("sid"), "owner"));

devices.post(`${SID}/confirm`, async (c) => {
  await jsonBody(c, NoBody);
  const { account, phone } = await requireAccount(c);
  const confirmed = await account.confirmDevice(c.req.param("sid"), phone);
  if (!confirmed.ok) throw refusedAction(confirmed.error);
  return c.body(null, 204);
});

/** Everything that the login issued is void with it, and the history says why. It may have ended before. */
devices.post(`${SID}/not-me`, async (c) => {
  await jsonBody(c, NoBody);
  return await end(c, c.req.param("sid"), "stranger");
});

devices.all("/", methodNotAllowed("GET", "DELETE"));
devices.all(SID, methodNotAllowed("DELETE"));
for (const path of ["confirm", "not-me"]) devices.all(`${SID}/${path}`, methodNotAllowed("POST"));

/** One that is not listed any more, never was, or is somebody else's: no such device is of this account. */
async function end(
  c: Context<AppEnv>,
  sid: string,
  by: Extract<EndedBy, "owner" | "stranger">,
): Promise<Response> {
  const { account, phone } = await requireAccount(c);
  const ended = await account.endDevice(sid, by, phone);
  if (!ended.ok) throw refusedAction(ended.error);
  return c.body(null, 204);
}
