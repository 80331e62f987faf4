import * as v from "valibot";
import { randomToken } from "../../lib/random.ts";
import type { Grant } from "../../login-session/domain/grant.ts";
import { verifyOwnJwt, type Sign } from "../keys/jwt.ts";
import { userClaims } from "./user-claims.ts";

/** RFC 9068 §2.1. */
const TYP = "at+jwt";

/** An access token for our own resources, by the profile of RFC 9068 §2.2. */
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
 * What an access token of ours says, or undefined for anything else. Whether its login was ended is
 * not in it: ask its account. Nor is whether the one who presents it holds the key of `cnf`.
 */
export async function readAccessToken(env: Env, token: string): Promise<AccessToken | undefined> {
  const result = v.safeParse(Claims, await verifyOwnJwt(env, TYP, token));
  return result.success ? result.output : undefined;
}
