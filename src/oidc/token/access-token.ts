import * as v from "valibot";
import { randomToken } from "../../lib/random.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import type { Grant } from "../../login-session/domain/grant.ts";
import { verifyOwnJwt, type Sign } from "../keys/jwt.ts";
import { userClaims } from "./user-claims.ts";

/** RFC 9068 §2.1. */
const TYP = "at+jwt";

/** Signs an access token for this server's own resources (RFC 9068 §2.2). */
export function signAccessToken(
  sign: Sign,
  grant: Grant,
  { ttlMs, jkt }: { ttlMs: number; jkt?: string },
): Promise<string> {
  const claims = {
    ...userClaims(grant),
    client_id: grant.clientId,
    scope: grant.scope,
    jti: randomToken(),
    // RFC 9449 §6.1.
    ...(jkt === undefined ? {} : { cnf: { jkt } }),
  };
  return sign(TYP, claims, ttlMs);
}

const Claims = v.object({
  iss: v.string(),
  aud: v.string(),
  sub: v.string(),
  client_id: v.string(),
  scope: v.string(),
  sid: v.string(),
  jti: v.string(),
  iat: v.number(),
  exp: v.number(),
  cnf: v.exactOptional(v.object({ jkt: v.string() })),
  name: v.exactOptional(v.string()),
  email: v.exactOptional(v.string()),
  email_verified: v.exactOptional(v.boolean()),
});

export type AccessToken = v.InferOutput<typeof Claims>;

/**
 * Verifies an access token of this server. Does not check whether its login has ended (the account
 * knows), nor whether the sender holds the key of `cnf`. The error is the reason for the operator's
 * log.
 */
export async function readAccessToken(
  env: Env,
  token: string,
): Promise<Result<AccessToken, string>> {
  const verified = await verifyOwnJwt(env, TYP, token);
  if (!verified.ok) return verified;
  const claims = v.safeParse(Claims, verified.value);
  return claims.success ? ok(claims.output) : err("claims_malformed");
}
