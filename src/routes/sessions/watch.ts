import { Hono, type Context } from "hono";
import type { SessionStub } from "../../login-session/durable-object/session-stub.ts";
import type { WatchCredentials } from "../../login-session/durable-object/watch-request.ts";
import { watchByLongPoll } from "../../login-session/transports/long-poll.ts";
import { watchBySse } from "../../login-session/transports/sse.ts";
import { extractWatchToken } from "../../login-session/transports/watch-token.ts";
import { offersOurWebSocket, watchByWebSocket } from "../../login-session/transports/websocket.ts";
import type { AppEnv } from "../app-env.ts";
import { requireSession, unwrapOrThrow } from "./find-session.ts";
import { ProblemError } from "../middleware/problem-response.ts";
import { limitRate } from "../middleware/rate-limit.ts";

/** The screen watches the session by one of the transports, and can cancel it. */
export const watching = new Hono<AppEnv>();

watching.get("/:id/socket", limitRate("SESSION_LIMIT", "watch"), async (c) => {
  if (!offersOurWebSocket(c.req.raw.headers)) throw new ProblemError("upgrade_required");
  return unwrapOrThrow(await watchByWebSocket(sessionOf(c), watcherOf(c)));
});

watching.get("/:id/events", limitRate("SESSION_LIMIT", "watch"), async (c) => {
  const lastEventId = c.req.header("Last-Event-ID");
  const { signal } = c.req.raw;
  return unwrapOrThrow(await watchBySse(sessionOf(c), watcherOf(c), { lastEventId, signal }));
});

watching.get("/:id", limitRate("SESSION_LIMIT", "watch"), async (c) => {
  const [ifNoneMatch, prefer] = [c.req.header("If-None-Match"), c.req.header("Prefer")];
  return unwrapOrThrow(await watchByLongPoll(sessionOf(c), watcherOf(c), { ifNoneMatch, prefer }));
});

watching.post("/:id/cancel", limitRate("SESSION_LIMIT", "act"), async (c) => {
  unwrapOrThrow(await requireSession(c).cancel(watcherOf(c)));
  return c.body(null, 204);
});

/** The session in the path, with a new stub for each call. A malformed id is refused at once. */
function sessionOf(c: Context<AppEnv>): () => SessionStub {
  requireSession(c);
  return () => requireSession(c);
}

/** The watch token, and the clients of the page's origin: a page can watch only their logins, whatever token it has. */
export function watcherOf(c: Context<AppEnv>): WatchCredentials {
  const presented = extractWatchToken(c.req.raw.headers, c.req.param("id") ?? "");
  if (!presented.ok) throw new ProblemError(presented.error);
  const token = presented.value;
  const origin = c.req.header("Origin");
  if (origin === undefined || origin === c.var.config.issuer) return { token };
  const clientIds = [...c.var.config.clients.values()]
    .filter((client) => client.allowed_origins.includes(origin))
    .map((client) => client.client_id);
  if (clientIds.length === 0) throw new ProblemError("origin_not_allowed");
  return { token, clientIds };
}
