import { sha256 } from "../crypto/digest.ts";
import { decodeTrustedBase64url, encodeBase64url } from "../login/base64url.ts";
import type { Grant } from "../login/grant.ts";
import type { Sign } from "./own-jwt.ts";
import { personClaims } from "./person-claims.ts";

/** An ID token (OpenID Connect Core §2): tells the client who has logged in. */
export async function signIdToken(
  sign: Sign,
  grant: Grant,
  accessToken: string,
  ttlMs: number,
): Promise<string> {
  const claims = {
    ...personClaims(grant),
    aud: grant.clientId,
    ...(grant.nonce === undefined ? {} : { nonce: grant.nonce }),
    at_hash: await hashOfAccessToken(accessToken),
  };
  return await sign("JWT", claims, ttlMs);
}

/** §3.1.3.6: the left half of the token's digest. */
async function hashOfAccessToken(accessToken: string): Promise<string> {
  return encodeBase64url(decodeTrustedBase64url(await sha256(accessToken)).slice(0, 16));
}
