import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import type { AppEnv } from "./app-env.ts";

/**
 * A browser that only guesses where somebody may go next begins no login: neither by a prefetch nor
 * by a prerendering, which both say so (Fetch, `Sec-Purpose`). It is told that there is nothing for
 * it now, keeps nothing, and asks again when somebody really comes.
 */
export const notForGuesses = () =>
  createMiddleware<AppEnv>(async function notForGuesses(c, next) {
    if (isGuess(c)) return c.body(null, 503, { "Cache-Control": "no-store" });
    return await next();
  });

function isGuess(c: Context<AppEnv>): boolean {
  return ["Sec-Purpose", "Purpose"].some((name) => /^prefetch\b/.test(c.req.header(name) ?? ""));
}
