import * as v from "valibot";
import { COMPARE_CLIENT_ID } from "../config/index.ts";
import { LOGIN_EVENT } from "../oidc/backchannel/security-event.ts";
import { verifyOwnJwt } from "../oidc/keys/jwt.ts";
import { Token256 } from "../protocol/random-token.ts";
import { CallbackStatus } from "../protocol/compare.ts";

/** What is read of a security event token, once it has been verified. */
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
 * What a callback says, or undefined where it isn't one of ours for this client. Its keys are at hand,
 * since sender and receiver are one Worker; any other receiver fetches them from /.well-known/jwks.json.
 */
export async function readLoginEvent(env: Env, token: string) {
  // RFC 8417 §2.2: an event has happened, so its token doesn't expire.
  const meant = { audience: COMPARE_CLIENT_ID, forEver: true };
  const claims = await verifyOwnJwt(env, "secevent+jwt", token, meant);
  const read = v.safeParse(LoginEvent, claims);
  return read.success ? { jti: read.output.jti, ...read.output.events[LOGIN_EVENT] } : undefined;
}
