import { defined } from "../../lib/defined.ts";
import { sha256 } from "../../lib/digest.ts";
import { decodeTrustedBase64url, encodeBase64url } from "../../lib/base64url.ts";
import type { Grant } from "../../login-session/domain/grant.ts";
import type { Sign } from "../keys/jwt.ts";
import { userClaims } from "./user-claims.ts";

/** Signs an ID token (OpenID Connect Core §2). */
export async function signIdToken(
  sign: Sign,
  grant: Grant,
  accessToken: string,
  ttlMs: number,
): Promise<string> {
  const claims = {
    ...userClaims(grant, "id_token"),
    aud: grant.clientId,
    ...defined({ nonce: grant.nonce }),
    at_hash: await hashOfAccessToken(accessToken),
  };
  return await sign("JWT", claims, ttlMs);
}

/** `at_hash` (§3.1.3.6): the left half of the digest. */
async function hashOfAccessToken(accessToken: string): Promise<string> {
  return encodeBase64url(decodeTrustedBase64url(await sha256(accessToken)).slice(0, 16));
}
