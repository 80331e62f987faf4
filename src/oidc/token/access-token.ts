import * as v from "valibot";
import { randomToken } from "../../lib/random.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import type { Grant } from "../../login-session/domain/grant.ts";
import { AUTHENTICATION_CLAIMS } from "../../login-session/domain/requested-claims.ts";
import { verifyOwnJwt, type Sign } from "../keys/jwt.ts";
import { userClaims } from "./user-claims.ts";

/** RFC 9068 §2.1. */
const TYP = "at+jwt";

/**
 * Signs an access token (RFC 9068 §2.2). `resources`: what it is for; by default our issuer alone
 * (§3).
 */
export function signAccessToken(
  sign: Sign,
  grant: Grant,
  { ttlMs, jkt, resources }: { ttlMs: number; jkt?: string; resources?: readonly string[] },
): Promise<string> {
  const [resource, ...others] = resources ?? [];
  const shownAtUserinfo = AUTHENTICATION_CLAIMS.filter((claim) =>
    grant.claims?.userinfo?.includes(claim),
  );
  const claims = {
    ...userClaims(grant, "userinfo"),
    ...(resource === undefined
      ? {}
      : { aud: others.length > 0 ? [resource, ...others] : resource }),
    // The claims of an access token that the UserInfo endpoint shows only if the client asked for them.
    ...(shownAtUserinfo.length > 0 ? { userinfo_claims: shownAtUserinfo } : {}),
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
  aud: v.union([v.string(), v.array(v.string())]),
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
  auth_time: v.exactOptional(v.number()),
  acr: v.exactOptional(v.string()),
  amr: v.exactOptional(v.array(v.string())),
  userinfo_claims: v.exactOptional(v.array(v.picklist(AUTHENTICATION_CLAIMS))),
});

export type AccessToken = v.InferOutput<typeof Claims>;

/**
 * Verifies an access token of this server. Does not check whether its login has ended (the account
 * knows), nor whether the sender holds the key of `cnf`. `audience`: "any" also reads a token that is
 * for another resource than this server. The error is the reason for the operator's log.
 */
export async function readAccessToken(
  env: Env,
  token: string,
  { audience }: { audience?: "any" } = {},
): Promise<Result<AccessToken, string>> {
  const verified = await verifyOwnJwt(env, TYP, token, { anyAudience: audience === "any" });
  if (!verified.ok) return verified;
  const claims = v.safeParse(Claims, verified.value);
  return claims.success ? ok(claims.output) : err("claims_malformed");
}
