import { defined } from "../../lib/defined.ts";
import { encodeBase64url } from "../../lib/base64url.ts";
import type { SigningAlgorithm } from "../../lib/signature-algorithms.ts";
import type { Grant } from "../../login-session/domain/grant.ts";
import type { TokenSigners } from "./token-signers.ts";
import { userClaims } from "./user-claims.ts";

/** Signs an ID token (OpenID Connect Core §2). */
export async function signIdToken(
  { idToken: sign, idTokenAlgorithm }: Pick<TokenSigners, "idToken" | "idTokenAlgorithm">,
  grant: Grant,
  { accessToken, ttlMs }: { accessToken: string; ttlMs: number },
): Promise<string> {
  const claims = {
    ...userClaims(grant, "id_token"),
    aud: grant.clientId,
    ...defined({ nonce: grant.nonce }),
    at_hash: await hashOfAccessToken(accessToken, idTokenAlgorithm),
  };
  return await sign("JWT", claims, ttlMs);
}

/**
 * `at_hash` (§3.1.3.6): the left half of the digest by the hash function of the ID token's
 * algorithm. That of Ed25519 is SHA-512 (RFC 8032 §5.1).
 */
async function hashOfAccessToken(
  accessToken: string,
  algorithm: SigningAlgorithm,
): Promise<string> {
  const hash = algorithm === "EdDSA" ? "SHA-512" : "SHA-256";
  const digest = await crypto.subtle.digest(hash, new TextEncoder().encode(accessToken));
  return encodeBase64url(new Uint8Array(digest, 0, digest.byteLength / 2));
}
