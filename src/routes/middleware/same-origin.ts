import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import type { AppEnv } from "../app-env.ts";
import { ProblemError } from "./problem-response.ts";

/**
 * Whether a request was made by a page of our own. A browser says so itself, in headers that no page
 * can set: `Origin`, with every request that changes something, and `Sec-Fetch-Site`, where it is new
 * enough (OWASP, Cross-Site Request Forgery Prevention, "Verifying Origin With Standard Headers" and
 * "Fetch Metadata"). A request that doesn't say is not ours.
 */
export function isFirstParty(c: Context<AppEnv>): boolean {
  const site = c.req.header("Sec-Fetch-Site");
  return (
    c.req.header("Origin") === c.var.config.issuer && (site === undefined || site === "same-origin")
  );
}

/** Refuses what changes something unless a page of our own asks for it. */
export const firstParty = () =>
  createMiddleware<AppEnv>(async function firstParty(c, next) {
    if (!isSafe(c.req.method) && !isFirstParty(c)) throw new ProblemError("origin_not_allowed");
    await next();
  });

/** RFC 9110 §9.2.1. */
export function isSafe(method: string): boolean {
  return method === "GET" || method === "HEAD" || method === "OPTIONS";
}
