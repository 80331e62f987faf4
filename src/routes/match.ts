import { Hono } from "hono";
import { MatchBody } from "../protocol/requests.ts";
import type { AppEnv } from "./app-env.ts";
import { findSession, unwrap } from "./find-session.ts";
import { limitRate } from "./rate-limit.ts";
import { jsonBody } from "./request-body.ts";
import { watcherOf } from "./watch-session.ts";

/** The screen's owner types what the phone shows (RFC 10027 §6.1.16). */
export const matching = new Hono<AppEnv>();

matching.post("/:id/match", limitRate("SESSION_LIMIT", "act"), async (c) => {
  const { code } = await jsonBody(c, MatchBody);
  const matched = await findSession(c).match(watcherOf(c), code);
  if (!matched.repeated) unwrap(matched);
  return c.body(null, 204);
});
