import { errors, type JWSHeaderParameters } from "jose";
import type { VerificationKey } from "./signing-key-cache.ts";

/**
 * The key to verify a JWT with, found by the `kid` of its header. RFC 8725 §3.1: the key decides the
 * algorithm, so a header that names another one is refused.
 */
export function keyOfHeader(
  { alg }: Pick<JWSHeaderParameters, "alg">,
  found: VerificationKey | undefined,
): CryptoKey {
  if (found === undefined || found.algorithm !== alg) throw new errors.JWKSNoMatchingKey();
  return found.key;
}
