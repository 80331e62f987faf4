import { calculateJwkThumbprint, exportJWK, generateKeyPair } from "jose";
import * as v from "valibot";
import type { SigningAlgorithm } from "./signature-algorithms.ts";

/** The algorithm of all signatures that no client's setting chooses (RFC 7518 §3.4). */
export const ALGORITHM = "ES256";

const Base64url = v.pipe(v.string(), v.regex(/^[\w-]+$/));

/** 32 bytes. */
const Bytes32 = v.pipe(v.string(), v.regex(/^[\w-]{43}$/));

const named = <Algorithm extends SigningAlgorithm>(algorithm: Algorithm) => ({
  kid: v.string(),
  alg: v.literal(algorithm),
  use: v.literal("sig"),
});

/** RFC 7518 §6.3.1. */
const Rsa = { ...named("RS256"), kty: v.literal("RSA"), n: Base64url, e: Base64url };

/** RFC 7518 §6.2.1. */
const P256 = {
  ...named("ES256"),
  kty: v.literal("EC"),
  crv: v.literal("P-256"),
  x: Bytes32,
  y: Bytes32,
};

/** RFC 8037 §2. */
const Ed25519 = {
  ...named("EdDSA"),
  kty: v.literal("OKP"),
  crv: v.literal("Ed25519"),
  x: Bytes32,
};

/** A public key as it is published (RFC 7517 §4). */
export const PublicJwk = v.union([v.object(Rsa), v.object(P256), v.object(Ed25519)]);

export type PublicJwk = v.InferOutput<typeof PublicJwk>;

/** RFC 7518 §6.2.2. */
export const PrivateP256Jwk = v.object({ ...P256, d: Bytes32 });

export type PrivateP256Jwk = v.InferOutput<typeof PrivateP256Jwk>;

export const PrivateJwk = v.union([
  // RFC 7518 §6.3.2.
  v.object({
    ...Rsa,
    ...{ d: Base64url, p: Base64url, q: Base64url, dp: Base64url, dq: Base64url, qi: Base64url },
  }),
  PrivateP256Jwk,
  v.object({ ...Ed25519, d: Bytes32 }),
]);

export type PrivateJwk = v.InferOutput<typeof PrivateJwk>;

/**
 * Generates a key pair; RSA with 2,048 bits. Its `kid` is its thumbprint (RFC 7638), so that no two
 * keys share one.
 */
export async function generateJwk(alg: SigningAlgorithm): Promise<PrivateJwk> {
  const { privateKey } = await generateKeyPair(alg, { extractable: true });
  const pair = await exportJWK(privateKey);
  const kid = await calculateJwkThumbprint(pair);
  return v.parse(PrivateJwk, { ...pair, kid, alg, use: "sig" });
}

/** The public part of a key: only the members that the schema lists. */
export function publicJwk(jwk: PrivateJwk | PublicJwk): PublicJwk {
  return v.parse(PublicJwk, jwk);
}
