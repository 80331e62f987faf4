import { Hono } from "hono";
import type { UserCodeResponse } from "../../protocol/responses.ts";
import type { AppEnv } from "../app-env.ts";
import { limitRate } from "../middleware/rate-limit.ts";
import { requireSession, unwrapOrThrow } from "./find-session.ts";
import { newUserCode } from "./new-user-code.ts";
import { watcherOf } from "./watch.ts";

/** A typed code for a session that was created without one. Most people scan, and need none. */
export const userCode = new Hono<AppEnv>();

userCode.post("/:id/user-code", limitRate("SESSION_LIMIT", "act"), async (c) => {
  using allowed = await requireSession(c).takeUserCode(watcherOf(c));
  const { expiresAt } = unwrapOrThrow(allowed);
  const code = await newUserCode(c.env, c.req.param("id"), expiresAt);
  return c.json({ user_code: code } satisfies UserCodeResponse);
});
