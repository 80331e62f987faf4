import type { Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { invalidRequest, type TokenError } from "../oauth/errors.ts";
import type { AppEnv } from "./app-env.ts";

/** What the endpoints that clients talk to directly have in common in their answers. */

/** RFC 6749 §5.1: tokens are kept by nobody on the way. */
export const UNCACHED = { "Cache-Control": "no-store", Pragma: "no-cache" };

/** Bytes: larger than any request that is documented. */
const MAX_BODY = 8 * 1024;

export const limitOAuthBody = () =>
  bodyLimit({
    maxSize: MAX_BODY,
    onError: (c) => refuseOAuth(c, invalidRequest("The body is too large.")),
  });

/** RFC 6749 §5.2. */
export function refuseOAuth(
  c: Context<AppEnv>,
  { error, description, status }: TokenError,
): Response {
  const body = { error, error_description: description };
  if (status === 429) return c.json(body, 429, { ...UNCACHED, "Retry-After": "60" });
  if (error === "temporarily_unavailable") {
    return c.json(body, 503, { ...UNCACHED, "Retry-After": "5" });
  }
  if (error !== "invalid_client") return c.json(body, 400, UNCACHED);
  // A client that used the Authorization header is told how to use it.
  if (c.req.header("Authorization") !== undefined) {
    c.header("WWW-Authenticate", 'Basic realm="qr-login", charset="UTF-8"');
  }
  return c.json(body, 401, UNCACHED);
}
