import { defined } from "../../lib/defined.ts";
import type { Context } from "hono";
import { CODE_PERIOD } from "../../login-session/domain/rotating-code.ts";
import type { CreatedSession } from "../../protocol/responses.ts";
import { addToWatchCookie } from "../../login-session/transports/watch-cookie.ts";
import type { AppEnv } from "../app-env.ts";
import type { BegunSession } from "./start-session.ts";

/**
 * What a screen is told of the session it began. The watch token goes with it as a cookie too, so
 * that a page of our own can use the browser's `EventSource` and `WebSocket`.
 */
export function createdSession(
  c: Context<AppEnv>,
  begun: BegunSession & { userCode?: string },
): CreatedSession {
  const { issuer, sessionTtl } = c.var.config;
  const { sessionId, watchToken, qrKey, userCode } = begun;
  const seconds = sessionTtl / 1000;
  c.header("Set-Cookie", addToWatchCookie(c.req.raw.headers, begun, seconds));
  return {
    session_id: sessionId,
    watch_token: watchToken,
    status: "pending",
    version: 1,
    expires_at: new Date(begun.expiresAt).toISOString(),
    expires_in: seconds,
    qr: { prefix: `${issuer}/q/${sessionId}`, key: qrKey, period: CODE_PERIOD },
    ...defined({ user_code: userCode }),
  };
}
