import { Hono, type Context } from "hono";
import { readAccessToken } from "../oauth/access-token.ts";
import { hasScope } from "../oauth/person-claims.ts";
import { sessionStub } from "../object/session-stub.ts";
import type { AppEnv } from "./app-env.ts";
import { methodNotAllowed } from "./method-not-allowed.ts";

/** Who an access token of ours is for (OpenID Connect Core §5.3). */
export const userinfo = new Hono<AppEnv>();

userinfo.on(["GET", "POST"], "/", async (c) => {
  // Addresses are logged and kept in histories; a token in one is not taken (RFC 9700 §4.3.2).
  if (c.req.query("access_token") !== undefined) {
    return refuse(c, 400, "invalid_request", "The token must be in the Authorization header.");
  }
  const authorization = c.req.header("Authorization") ?? "";
  if (!/^Bearer( |$)/i.test(authorization)) {
    return c.body(null, 401, { "WWW-Authenticate": CHALLENGE, "Cache-Control": "no-store" });
  }

  const token = await readAccessToken(c.env, authorization.slice("Bearer ".length).trim());
  if (!token) return refuse(c, 401, "invalid_token", "The access token is not valid here.");
  // The token itself doesn't know whether its code was used a second time.
  if (await isRevoked(c.env, token.sid)) {
    return refuse(c, 401, "invalid_token", "The access token was revoked.");
  }
  if (!hasScope(token.scope, "openid")) {
    return refuse(c, 403, "insufficient_scope", "The access token has no scope openid.");
  }
  const { sub, name } = token;
  return c.json({ sub, ...(name === undefined ? {} : { name }) }, 200, {
    "Cache-Control": "no-store",
  });
});

userinfo.all("/", methodNotAllowed("GET", "POST"));

async function isRevoked(env: Env, sessionId: string): Promise<boolean> {
  const session = sessionStub(env, sessionId);
  return session === undefined || (await session.isRevoked());
}

const CHALLENGE = 'Bearer realm="qr-login"';

/** RFC 6750 §3: who presented a token is told what is wrong with it; who didn't, only what to present. */
function refuse(c: Context, status: 400 | 401 | 403, error: string, description: string): Response {
  const needed = error === "insufficient_scope" ? ', scope="openid"' : "";
  const why = `error="${error}", error_description="${description}"${needed}`;
  return c.json({ error, error_description: description }, status, {
    "WWW-Authenticate": `${CHALLENGE}, ${why}`,
    "Cache-Control": "no-store",
  });
}
