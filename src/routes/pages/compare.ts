import { Hono, type Context } from "hono";
import { callbackInboxOf } from "../../compare/callback-inbox.ts";
import { readLoginEvent } from "../../compare/login-event.ts";
import type { CallbackResponse } from "../../protocol/compare.ts";
import type { AppEnv } from "../app-env.ts";
import { requireSession, unwrapOrThrow } from "../sessions/find-session.ts";
import { methodNotAllowed } from "../middleware/method-not-allowed.ts";
import { limitRate } from "../middleware/rate-limit.ts";
import { requireComparison } from "../middleware/require-comparison.ts";
import { watcherOf } from "../sessions/watch.ts";

/**
 * The backend of the page /compare: it receives security event tokens (RFC 8935), and its page
 * reads what was received. Every client with a `callback_uri` has both.
 */
export const compare = new Hono<AppEnv>();

compare.use(requireComparison());

compare.post("/callback", limitRate("SESSION_LIMIT", "callback"), async (c) => {
  const isToken = /^application\/secevent\+jwt\s*(;|$)/i.test(c.req.header("Content-Type") ?? "");
  const token = isToken ? await textOf(c) : "";
  const event = await readLoginEvent(c.env, token);
  // RFC 8935 §2.3: refuses the event, so that it is not sent again.
  if (!event) return c.json({ err: isToken ? "authentication_failed" : "invalid_request" }, 400);
  const { session_id, ...received } = event;
  await callbackInboxOf(c.env, session_id).keep({ ...received, bytes: token.length });
  // RFC 8935 §2.2: acknowledged after it is stored.
  return c.body(null, 202);
});

/** The received callbacks of a login session, for a request with its watch token. */
compare.get("/callback/:id", limitRate("SESSION_LIMIT", "watch"), async (c) => {
  using admitted = await requireSession(c).snapshot(watcherOf(c));
  unwrapOrThrow(admitted);
  using events = await callbackInboxOf(c.env, c.req.param("id")).events();
  return c.json({
    events: events.map(({ status, version, receivedAt, bytes }) => ({
      status,
      version,
      received_at: new Date(receivedAt).toISOString(),
      bytes,
    })),
    now: new Date().toISOString(),
  } satisfies CallbackResponse);
});

compare.all("/callback", methodNotAllowed("POST"));
compare.all("/callback/:id", methodNotAllowed("GET"));

/** `text()` would log a warning, since the content type is not text. */
async function textOf(c: Context<AppEnv>): Promise<string> {
  return new TextDecoder().decode(await c.req.arrayBuffer());
}
