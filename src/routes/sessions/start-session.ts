import type { Context } from "hono";
import { sessionLifetime } from "../../config/index.ts";
import { callTwice } from "../../lib/object-unavailable.ts";
import type { SessionParameters } from "../../login-session/domain/session.ts";
import { sessionIdOf, type SessionStub } from "../../login-session/durable-object/session-stub.ts";
import { addToWatchCookie } from "../../login-session/transports/watch-cookie.ts";
import type { CreatedSession } from "../../protocol/responses.ts";
import type { AppEnv } from "../app-env.ts";
import { newUserCode } from "./new-user-code.ts";

/**
 * Creates the session of a browser. The watch token is sent as a cookie too, so that a page of our own can
 * use the browser's `EventSource` and `WebSocket`.
 */
export async function startSession(
  c: Context<AppEnv>,
  parameters: SessionParameters,
  { userCode }: { userCode: boolean } = { userCode: false },
): Promise<CreatedSession> {
  // If a session is lost half-way, another one is created.
  const { created } = userCode
    ? await createWithUserCode(c, parameters)
    : await callTwice(() => newStub(c).create(parameters));
  c.header("Set-Cookie", addToWatchCookie(c.req.raw.headers, created));
  return created;
}

/** Creates the session of a device, which gets its code at once (RFC 8628 §3.2). */
export async function startDeviceSession(
  c: Context<AppEnv>,
  parameters: SessionParameters,
): Promise<{ created: CreatedSession & { user_code: string }; deviceCode: string }> {
  const { created, deviceCode } = await createWithUserCode(c, parameters);
  if (deviceCode === undefined) throw new TypeError("the session is none of a device");
  return { created, deviceCode };
}

/** The session and its typed code are created at the same time. */
async function createWithUserCode(c: Context<AppEnv>, parameters: SessionParameters) {
  return await callTwice(async () => {
    const session = newStub(c);
    const expiresAt = Date.now() + sessionLifetime(c.var.config, parameters.begunBy);
    const [{ created, deviceCode }, user_code] = await Promise.all([
      session.create(parameters),
      newUserCode(c.env, sessionIdOf(session.id), expiresAt),
    ]);
    return { created: { ...created, user_code }, deviceCode };
  });
}

function newStub(c: Context<AppEnv>): SessionStub {
  return c.env.LOGIN_SESSIONS.get(c.env.LOGIN_SESSIONS.newUniqueId());
}
