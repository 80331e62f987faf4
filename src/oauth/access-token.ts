import * as v from "valibot";
import { randomToken } from "../crypto/random.ts";
import type { Grant } from "../login/grant.ts";
import { verifyOwn, type Sign } from "./own-jwt.ts";
import { personClaims } from "./person-claims.ts";

/** RFC 9068 §2.1. */
const TYP = "at+jwt";

/** An access token for our own resources, by the profile of RFC 9068 §2.2. */
export function signAccessToken(sign: Sign, grant: Grant, ttlMs: number): Promise<string> {
  const claims = {
    ...personClaims(grant),
    client_id: grant.clientId,
    scope: grant.scope,
    jti: randomToken(),
  };
  return sign(TYP, claims, ttlMs);
}

const Claims = v.object({
  sub: v.string(),
  scope: v.string(),
  sid: v.string(),
  name: v.exactOptional(v.string()),
});

export type AccessToken = v.InferOutput<typeof Claims>;

/**
 * What an access token of ours says, or undefined for anything else. Whether its session was revoked
 * is not in it: ask that session.
 */
export async function readAccessToken(env: Env, token: string): Promise<AccessToken | undefined> {
  const result = v.safeParse(Claims, await verifyOwn(env, TYP, token));
  return result.success ? result.output : undefined;
}
