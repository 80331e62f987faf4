import { Hono } from "hono";
import { MatchBody } from "../../protocol/requests.ts";
import type { AppEnv } from "../app-env.ts";
import { limitRate } from "../middleware/rate-limit.ts";
import { jsonBody } from "../middleware/request-body.ts";
import { requireSession, unwrapOrThrow } from "./find-session.ts";
import { watcherOf } from "./watch.ts";

/** Number matching: the screen's owner types what the phone shows (RFC 10027 §6.1.16). */
export const matching = new Hono<AppEnv>();

matching.post("/:id/match", limitRate("SESSION_LIMIT", "act"), async (c) => {
  const { code } = await jsonBody(c, MatchBody);
  unwrapOrThrow(await requireSession(c).match(watcherOf(c), code));
  return c.body(null, 204);
});
