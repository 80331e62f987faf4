import * as v from "valibot";
import { COMPARE_CLIENT_ID } from "../config/index.ts";
import { LOGIN_EVENT } from "../oidc/backchannel/security-event.ts";
import { verifyOwnJwt } from "../oidc/keys/jwt.ts";
import { Token256 } from "../protocol/random-token.ts";
import { CallbackStatus } from "../protocol/compare.ts";

/** The claims of a verified security event token. */
const LoginEvent = v.object({
  jti: v.pipe(v.string(), v.minLength(1), v.maxLength(100)),
  events: v.object({
    [LOGIN_EVENT]: v.object({
      session_id: Token256,
      status: CallbackStatus,
      version: v.pipe(v.number(), v.integer(), v.minValue(1)),
    }),
  }),
});

/**
 * Verifies a callback, and returns its event; undefined if the token is not from this server for
 * this client. Sender and receiver are one Worker, so the keys are local; other receivers fetch
 * /.well-known/jwks.json.
 */
export async function readLoginEvent(env: Env, token: string) {
  // RFC 8417 §2.2: a security event token has no `exp`.
  const expected = { audience: COMPARE_CLIENT_ID, allowNoExpiry: true };
  const verified = await verifyOwnJwt(env, "secevent+jwt", token, expected);
  if (!verified.ok) return undefined;
  const event = v.safeParse(LoginEvent, verified.value);
  return event.success ? { jti: event.output.jti, ...event.output.events[LOGIN_EVENT] } : undefined;
}
