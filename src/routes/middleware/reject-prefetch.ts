import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import type { AppEnv } from "../app-env.ts";
import { ProblemError } from "./problem-response.ts";

/**
 * Refuses a page to a browser that only guesses where somebody may go next, by a prefetch or a
 * prerendering, which both say so (Fetch, `Sec-Purpose`). Such a page would begin a login, claim one,
 * or end one. The browser keeps nothing, and asks again when somebody really comes; like every 503, this one
 * says when that makes sense (RFC 9110 §15.6.4).
 */
export const rejectPrefetch = () =>
  createMiddleware<AppEnv>(async function notForGuesses(c, next) {
    if (isGuess(c)) throw new ProblemError("temporarily_unavailable");
    return await next();
  });

/** The standard header, and those of older browsers. */
const PURPOSE_HEADERS = ["Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"];

function isGuess(c: Context<AppEnv>): boolean {
  return PURPOSE_HEADERS.some((name) =>
    /\b(prefetch|prerender|preview)\b/i.test(c.req.header(name) ?? ""),
  );
}
