import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import type { AppEnv } from "../app-env.ts";
import { ProblemError } from "./problem-response.ts";

/**
 * Answers 503 to a prefetch or prerendering (Fetch, `Sec-Purpose`), which must not start, claim or
 * end a login. The browser requests the page again when the user navigates to it.
 */
export const rejectPrefetch = () =>
  createMiddleware<AppEnv>(async function rejectPrefetch(c, next) {
    if (isPrefetch(c)) throw new ProblemError("temporarily_unavailable");
    return await next();
  });

/** The standard header and its predecessors. */
const PURPOSE_HEADERS = ["Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"];

function isPrefetch(c: Context<AppEnv>): boolean {
  return PURPOSE_HEADERS.some((name) =>
    /\b(prefetch|prerender|preview)\b/i.test(c.req.header(name) ?? ""),
  );
}
