import type { Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { isUnavailable } from "../../lib/object-unavailable.ts";
import { invalidRequest, TEMPORARILY_UNAVAILABLE, type OAuthError } from "../../oidc/errors.ts";
import { logRejection } from "../../telemetry/rejection.ts";
import type { AppEnv } from "../app-env.ts";
import { UNAVAILABLE_RETRY_AFTER } from "../middleware/problem-response.ts";

/** RFC 6749 §5.1: responses with tokens are not cached. */
export const NO_STORE = { "Cache-Control": "no-store", Pragma: "no-cache" };

/** Bytes: more than any documented request has. */
const MAX_BODY = 8 * 1024;

/** Error handler of the OAuth endpoints: an unavailable object becomes an OAuth error. */
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

/** Names the client in the log lines of this request, if it is registered. */
export function setLoggedClient(c: Context<AppEnv>, clientId: string | undefined): void {
  if (clientId !== undefined && c.var.config.clients.has(clientId)) c.set("clientId", clientId);
}

/** Logs the reason of an error, if it has one. */
export function logOAuthError(c: Context<AppEnv>, { code, reason }: OAuthError): void {
  if (reason !== undefined) logRejection({ error: code, reason, client: c.var.clientId });
}

/** The error response of RFC 6749 §5.2. `retryAfter`: seconds, for status 503. */
export function oauthError(c: Context<AppEnv>, error: OAuthError, retryAfter = 5): Response {
  logOAuthError(c, error);
  const { code, description } = error;
  const status = error.status ?? statusOf(code);
  const headers = new Headers(NO_STORE);
  if (status === 429) headers.set("Retry-After", "60");
  if (status === 503) headers.set("Retry-After", String(retryAfter));
  // RFC 6749 §5.2: for a client that used the Authorization header.
  if (code === "invalid_client" && c.req.header("Authorization") !== undefined) {
    headers.set("WWW-Authenticate", 'Basic realm="qr-login", charset="UTF-8"');
  }
  return Response.json({ error: code, error_description: description }, { status, headers });
}

function statusOf(code: OAuthError["code"]): number {
  if (code === "invalid_client") return 401;
  return code === "temporarily_unavailable" ? 503 : 400;
}
