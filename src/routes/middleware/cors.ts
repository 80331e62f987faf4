import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import type { AppEnv } from "../app-env.ts";

/**
 * CORS (Fetch §3.2). Errors have the same headers as other responses, so that pages can read them. Credentials are
 * never allowed: no response of these paths depends on a cookie of another site's visitor.
 */

/** Headers of responses that pages may read, besides the safelisted ones. */
const EXPOSED = ["DPoP-Nonce", "ETag", "Preference-Applied", "Retry-After", "WWW-Authenticate"];

/** The request headers that are named to a browser that asks for none. */
const REQUEST_HEADERS = "Authorization,Content-Type,DPoP,If-None-Match,Prefer,Last-Event-ID";

/** Seconds for which a browser may remember a preflight. */
const MAX_AGE = "600";

/** Pages of any origin may read a public document. */
export const publicCors = () =>
  createMiddleware<AppEnv>(async function publicCors(c, next) {
    if (isPreflight(c)) return preflight(c, "*", "GET");
    await next();
    c.res.headers.set("Access-Control-Allow-Origin", "*");
    return undefined;
  });

/** Pages of the clients' `allowed_origins` may call an endpoint. Requests of apps and of our own pages need no CORS. */
export const clientCors = () =>
  createMiddleware<AppEnv>(async function clientCors(c, next) {
    const { clients, issuer } = c.var.config;
    const origin = c.req.header("Origin");
    if (origin === undefined || origin === issuer) return await next();
    const isAllowed = [...clients.values()].some(({ allowed_origins }) =>
      allowed_origins.includes(origin),
    );
    if (isPreflight(c)) return preflight(c, isAllowed ? origin : undefined, "GET, POST");
    await next();
    // The headers of a WebSocket response can't be changed, and browsers don't check them.
    if (c.res.status === 101) return undefined;
    c.res.headers.append("Vary", "Origin");
    if (isAllowed) {
      c.res.headers.set("Access-Control-Allow-Origin", origin);
      c.res.headers.set("Access-Control-Expose-Headers", EXPOSED.join(", "));
    }
    return undefined;
  });

function isPreflight(c: Context<AppEnv>): boolean {
  return c.req.method === "OPTIONS" && c.req.header("Origin") !== undefined;
}

/**
 * The response to a preflight request. Every request header is allowed: libraries for tracing add their own, and no
 * header has an effect that a page could not cause otherwise.
 */
function preflight(c: Context<AppEnv>, origin: string | undefined, methods: string): Response {
  const headers = new Headers({ Vary: "Origin, Access-Control-Request-Headers" });
  if (origin !== undefined) {
    headers.set("Access-Control-Allow-Origin", origin);
    headers.set("Access-Control-Allow-Methods", methods);
    headers.set("Access-Control-Max-Age", MAX_AGE);
    const requested = c.req.header("Access-Control-Request-Headers") ?? "";
    const isList = /^[\x20-\x7e]+$/.test(requested);
    headers.set("Access-Control-Allow-Headers", isList ? requested : REQUEST_HEADERS);
  }
  return new Response(null, { status: 204, headers });
}
