import { importJWK } from "jose";
import { configOf } from "../../config/index.ts";
import { callTwice } from "../../lib/object-unavailable.ts";
import { hmacSha256 } from "../../lib/digest.ts";
import { decodeTrustedBase64url } from "../../lib/base64url.ts";
import { ALGORITHM, type PrivateJwk, type PublicJwk } from "../../lib/jwk.ts";
import type { SigningAlgorithm } from "../../lib/signature-algorithms.ts";
import { algorithmsInUse } from "./algorithms-in-use.ts";
import { signingKeysOf } from "./signing-keys.ts";

/**
 * A cache of the keys in this isolate, so that a login does not wait for the object that stores
 * them. It holds values and no promises, since a promise belongs to the request that created it.
 */

/** Milliseconds. A planned key rotation ends it sooner. */
const MAX_AGE = 300_000;

export interface SigningKey {
  kid: string;
  key: CryptoKey;
}

/** A public key, and the only algorithm that it verifies (RFC 8725 §3.1). */
export interface VerificationKey {
  algorithm: SigningAlgorithm;
  key: CryptoKey;
}

export interface VerificationKeys {
  jwks: readonly PublicJwk[];
  byKid: ReadonlyMap<string, VerificationKey>;
}

interface Cached<Value> {
  value: Value;
  until: number;
}

type Cache<Value> = WeakMap<Env, Cached<Value>>;

const signing: Readonly<Record<SigningAlgorithm, Cache<SigningKey>>> = {
  RS256: new WeakMap(),
  ES256: new WeakMap(),
  EdDSA: new WeakMap(),
};
const sealing: Cache<CryptoKey> = new WeakMap();
const nonces: Cache<string> = new WeakMap();
const published: Cache<VerificationKeys> = new WeakMap();
const unpublished: Cache<VerificationKeys> = new WeakMap();

/** The current signing key of an algorithm. */
export function signingKey(env: Env, algorithm: SigningAlgorithm = ALGORITHM): Promise<SigningKey> {
  return cached(signing[algorithm], env, async () => {
    const { key, until } = await callTwice(() => signingKeysOf(env).signingKey(algorithm));
    // During an update the object may run the version before, which knows one algorithm.
    if (key.alg !== algorithm) throw new Error(`no key for ${algorithm}`);
    return { value: { kid: key.kid, key: await toCryptoKey(key) }, until };
  });
}

/** The public keys of all valid tokens. */
export function publishedKeys(env: Env): Promise<VerificationKeys> {
  return cached(published, env, async () => {
    const algorithms = algorithmsInUse(configOf(env));
    const { keys, until } = await callTwice(() => signingKeysOf(env).published(algorithms));
    // During an update, as above: asked again next time.
    const isComplete = algorithms.every((algorithm) => keys.some(({ alg }) => alg === algorithm));
    return { value: await verificationKeys(keys), until: isComplete ? until : 0 };
  });
}

/** The public keys that only verify ID tokens that clients send as hints. */
export function unpublishedKeys(env: Env): Promise<VerificationKeys> {
  return cached(unpublished, env, async () => {
    const { keys, until } = await callTwice(() => signingKeysOf(env).unpublished());
    return { value: await verificationKeys(keys), until };
  });
}

/** The key that encrypts references (token/sealed-reference.ts). */
export function sealingKey(env: Env): Promise<CryptoKey> {
  return cached(sealing, env, async () => {
    const key = decodeTrustedBase64url(await callTwice(() => signingKeysOf(env).sealingKey()));
    const uses = ["encrypt", "decrypt"];
    const value = await crypto.subtle.importKey("raw", key, "AES-GCM", false, uses);
    return { value, until: Infinity };
  });
}

/** The key of the nonces for DPoP proofs (dpop/dpop-nonce.ts), base64url: derived from the sealing key. */
export function nonceKey(env: Env): Promise<string> {
  return cached(nonces, env, async () => {
    const key = await callTwice(() => signingKeysOf(env).sealingKey());
    return { value: await hmacSha256(key, "qr-login dpop_nonce"), until: Infinity };
  });
}

async function cached<Value>(
  cache: Cache<Value>,
  env: Env,
  load: () => Promise<Cached<Value>>,
): Promise<Value> {
  const now = Date.now();
  const known = cache.get(env);
  if (known && now < known.until) return known.value;
  const { value, until } = await load();
  cache.set(env, { value, until: Math.min(until, now + MAX_AGE) });
  return value;
}

async function verificationKeys(jwks: readonly PublicJwk[]): Promise<VerificationKeys> {
  const entries = jwks.map(async (jwk) => {
    return [jwk.kid, { algorithm: jwk.alg, key: await toCryptoKey(jwk) }] as const;
  });
  return { jwks, byKid: new Map(await Promise.all(entries)) };
}

async function toCryptoKey(jwk: PublicJwk | PrivateJwk): Promise<CryptoKey> {
  const key = await importJWK({ ...jwk });
  if (key instanceof Uint8Array) throw new TypeError("not a key of a pair");
  return key;
}
