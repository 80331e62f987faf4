import { Hono, type Context } from "hono";
import type { Client } from "../config.ts";
import { randomLetters } from "../crypto/random.ts";
import { CODE_PERIOD } from "../login/rotating-code.ts";
import { sessionIdOf } from "../object/session-stub.ts";
import { userCodesFor } from "../object/user-codes.ts";
import type { CreatedSession } from "../protocol/answers.ts";
import { CreateSessionBody } from "../protocol/requests.ts";
import { formatUserCode, USER_CODE_ALPHABET, USER_CODE_LENGTH } from "../protocol/user-code.ts";
import { WATCH_COOKIE } from "../transports/watch-token.ts";
import type { AppEnv } from "./app-env.ts";
import { deviceOf } from "./device.ts";
import { ProblemError } from "./problem-answer.ts";
import { limitRate } from "./rate-limit.ts";
import { jsonBody } from "./request-body.ts";

/** The screen begins. */
export const creation = new Hono<AppEnv>();

creation.post("/", limitRate("CREATE_LIMIT"), async (c) => {
  const body = await jsonBody(c, CreateSessionBody);
  const client = c.var.config.clients.get(body.client_id);
  if (!client) throw new ProblemError("client_unknown");
  refuseForeignOrigin(c, client);
  // RFC 9700 §2.1: redirect URIs are compared exactly.
  if (body.redirect_uri !== undefined && !client.redirect_uris.includes(body.redirect_uri)) {
    throw new ProblemError("redirect_uri_unknown");
  }

  const { issuer, sessionTtl, codeTtl } = c.var.config;
  const session = c.env.LOGIN_SESSIONS.get(c.env.LOGIN_SESSIONS.newUniqueId());
  const sessionId = sessionIdOf(session.id);
  const [secrets, userCode] = await Promise.all([
    session.create({
      clientId: client.client_id,
      scope: grantedScope(body.scope),
      ...(body.nonce === undefined ? {} : { nonce: body.nonce }),
      ...(body.redirect_uri === undefined
        ? {}
        : {
            redirect: {
              uri: body.redirect_uri,
              issuer,
              ...(body.state === undefined ? {} : { state: body.state }),
            },
          }),
      codeChallenge: body.code_challenge,
      codeTtl,
      ttl: sessionTtl,
      screen: deviceOf(c.req.raw),
    }),
    registerUserCode(c.env, sessionId, Date.now() + sessionTtl),
  ]);
  const seconds = sessionTtl / 1000;
  c.header(
    "Set-Cookie",
    `${WATCH_COOKIE}=${secrets.watchToken}; Max-Age=${seconds}; Path=/sessions/${sessionId}; HttpOnly; Secure; SameSite=Strict`,
  );
  const created: CreatedSession = {
    session_id: sessionId,
    watch_token: secrets.watchToken,
    status: "pending",
    version: 1,
    expires_at: new Date(secrets.expiresAt).toISOString(),
    expires_in: seconds,
    qr: { prefix: `${issuer}/q/${sessionId}`, key: secrets.qrKey, period: CODE_PERIOD },
    user_code: formatUserCode(userCode),
  };
  return c.json(created, 201);
});

/** What a client may ask for. Scopes that mean nothing here are ignored (OpenID Connect Core §3.1.2.1). */
const KNOWN_SCOPES = ["openid", "profile"];

function grantedScope(requested: string): string {
  const granted = KNOWN_SCOPES.filter((scope) => requested.split(" ").includes(scope));
  if (granted.length === 0) {
    throw new ProblemError("invalid_request", "scope names nothing that can be had here");
  }
  return granted.join(" ");
}

/** Draws a typed code that stands for no other session. */
async function registerUserCode(env: Env, sessionId: string, expiresAt: number): Promise<string> {
  for (;;) {
    const code = randomLetters(USER_CODE_ALPHABET, USER_CODE_LENGTH);
    if (await userCodesFor(env, code).register(code, sessionId, expiresAt)) return code;
  }
}

/** A request without an `Origin` is no browser's cross-origin one. */
function refuseForeignOrigin(c: Context<AppEnv>, client: Client): void {
  const origin = c.req.header("Origin");
  const { issuer } = c.var.config;
  if (origin === undefined || origin === issuer || client.allowed_origins.includes(origin)) return;
  throw new ProblemError(
    "origin_not_allowed",
    `This page's origin is neither ISSUER (${issuer}) nor one of the client's allowed_origins.`,
  );
}
