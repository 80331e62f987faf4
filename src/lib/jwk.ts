import { calculateJwkThumbprint, exportJWK, generateKeyPair } from "jose";
import * as v from "valibot";

/** The algorithm of all signatures of this server (RFC 7518 §3.4). */
export const ALGORITHM = "ES256";

const Coordinate = v.pipe(v.string(), v.regex(/^[\w-]{43}$/));

/** A private P-256 key (RFC 7518 §6.2). */
const KeyPair = v.object({
  kty: v.literal("EC"),
  crv: v.literal("P-256"),
  x: Coordinate,
  y: Coordinate,
  d: Coordinate,
});

/** A published public key (RFC 7517 §4). */
export interface PublicJwk {
  kty: "EC";
  crv: "P-256";
  x: string;
  y: string;
  kid: string;
  alg: typeof ALGORITHM;
  use: "sig";
}

export const PrivateJwk = v.object({
  ...KeyPair.entries,
  kid: v.string(),
  alg: v.literal(ALGORITHM),
  use: v.literal("sig"),
});

export type PrivateJwk = v.InferOutput<typeof PrivateJwk>;

/** Generates a key pair. Its `kid` is its thumbprint (RFC 7638), so that no two keys share one. */
export async function generateJwk(): Promise<PrivateJwk> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  const pair = v.parse(KeyPair, await exportJWK(privateKey));
  return { ...pair, kid: await calculateJwkThumbprint(pair), alg: ALGORITHM, use: "sig" };
}

/** The public part of a key. Members are listed by name, so that no private one is published. */
export function publicJwk({ kty, crv, x, y, kid, alg, use }: PrivateJwk): PublicJwk {
  return { kty, crv, x, y, kid, alg, use };
}
