import { calculateJwkThumbprint, exportJWK, generateKeyPair } from "jose";
import * as v from "valibot";

/** The one algorithm that we sign with (RFC 7518 §3.4), for keys, signatures and their checks. */
export const ALGORITHM = "ES256";

const Coordinate = v.pipe(v.string(), v.regex(/^[\w-]{43}$/));

/** An elliptic curve key of P-256 (RFC 7518 §6.2). */
const KeyPair = v.object({
  kty: v.literal("EC"),
  crv: v.literal("P-256"),
  x: Coordinate,
  y: Coordinate,
  d: Coordinate,
});

/** A public key as it is published (RFC 7517 §4). */
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

/** A new key pair, named by its thumbprint (RFC 7638), so that no two keys ever share a name. */
export async function generateJwk(): Promise<PrivateJwk> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  const pair = v.parse(KeyPair, await exportJWK(privateKey));
  return { ...pair, kid: await calculateJwkThumbprint(pair), alg: ALGORITHM, use: "sig" };
}

/** What of a key may be published: its members are named, so that a secret one can't slip through. */
export function publicJwk({ kty, crv, x, y, kid, alg, use }: PrivateJwk): PublicJwk {
  return { kty, crv, x, y, kid, alg, use };
}
