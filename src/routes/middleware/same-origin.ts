import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import type { AppEnv } from "../app-env.ts";
import { ProblemError } from "./problem-response.ts";

/**
 * Whether one of our own pages made the request (CSRF protection). Browsers set `Origin` with every
 * request that changes something, newer ones also `Sec-Fetch-Site`, and no page can set either
 * (OWASP, Cross-Site Request Forgery Prevention, "Verifying Origin With Standard Headers" and
 * "Fetch Metadata"). False without `Origin`.
 */
export function isFirstParty(c: Context<AppEnv>): boolean {
  const site = c.req.header("Sec-Fetch-Site");
  return (
    c.req.header("Origin") === c.var.config.issuer && (site === undefined || site === "same-origin")
  );
}

/** Rejects a request that changes something unless one of our own pages made it. */
export const firstParty = () =>
  createMiddleware<AppEnv>(async function firstParty(c, next) {
    if (!isSafe(c.req.method) && !isFirstParty(c)) throw new ProblemError("origin_not_allowed");
    await next();
  });

/** RFC 9110 §9.2.1. */
export function isSafe(method: string): boolean {
  return method === "GET" || method === "HEAD" || method === "OPTIONS";
}
