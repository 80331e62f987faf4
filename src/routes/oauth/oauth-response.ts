import type { Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { isUnavailable } from "../../lib/object-unavailable.ts";
import { invalidRequest, TEMPORARILY_UNAVAILABLE, type TokenError } from "../../oidc/errors.ts";
import type { AppEnv } from "../app-env.ts";
import { UNAVAILABLE_RETRY_AFTER } from "../middleware/problem-response.ts";

/** What the endpoints that clients talk to directly have in common in their answers. */

/** RFC 6749 §5.1: tokens are kept by nobody on the way. */
export const NO_STORE = { "Cache-Control": "no-store", Pragma: "no-cache" };

/** Bytes: larger than any request that is documented. */
const MAX_BODY = 8 * 1024;

/**
 * What an exception becomes at these endpoints: where an object was not available, an OAuth error as any
 * other. Everything else is for the app's own error handler.
 */
export function onOAuthError(error: Error, c: Context<AppEnv>): Response {
  if (!isUnavailable(error)) throw error;
  console.warn(error);
  return oauthError(c, TEMPORARILY_UNAVAILABLE, UNAVAILABLE_RETRY_AFTER);
}

export const limitOAuthBody = () =>
  bodyLimit({
    maxSize: MAX_BODY,
    onError: (c) => oauthError(c, invalidRequest("The body is too large.")),
  });

/** RFC 6749 §5.2. `retryAfter`: seconds, where the server was not ready. */
export function oauthError(
  c: Context<AppEnv>,
  { error, description, status }: TokenError,
  retryAfter = 5,
): Response {
  const body = { error, error_description: description };
  if (status === 429) return c.json(body, 429, { ...NO_STORE, "Retry-After": "60" });
  if (error === "temporarily_unavailable") {
    return c.json(body, 503, { ...NO_STORE, "Retry-After": String(retryAfter) });
  }
  if (error !== "invalid_client") return c.json(body, 400, NO_STORE);
  // A client that used the Authorization header is told how to use it.
  if (c.req.header("Authorization") !== undefined) {
    c.header("WWW-Authenticate", 'Basic realm="qr-login", charset="UTF-8"');
  }
  return c.json(body, 401, NO_STORE);
}
