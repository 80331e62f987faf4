import { importJWK } from "jose";
import { callTwice } from "../../lib/object-unavailable.ts";
import { hmacSha256 } from "../../lib/digest.ts";
import { decodeTrustedBase64url } from "../../lib/base64url.ts";
import { ALGORITHM, type PrivateJwk, type PublicJwk } from "../../lib/jwk.ts";
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

export interface PublishedKeys {
  jwks: readonly PublicJwk[];
  byKid: ReadonlyMap<string, CryptoKey>;
}

interface Cached<Value> {
  value: Value;
  until: number;
}

const signing = new WeakMap<Env, Cached<SigningKey>>();
const sealing = new WeakMap<Env, Cached<CryptoKey>>();
const nonces = new WeakMap<Env, Cached<string>>();
const published = new WeakMap<Env, Cached<PublishedKeys>>();

/** The current signing key. */
export function signingKey(env: Env): Promise<SigningKey> {
  return cached(signing, env, async () => {
    const { key, until } = await callTwice(() => signingKeysOf(env).signingKey());
    return { value: { kid: key.kid, key: await toCryptoKey(key) }, until };
  });
}

/** The public keys of all valid tokens. */
export function publishedKeys(env: Env): Promise<PublishedKeys> {
  return cached(published, env, async () => {
    const { keys, until } = await callTwice(() => signingKeysOf(env).published());
    const entries = keys.map(async (jwk) => [jwk.kid, await toCryptoKey(jwk)] as const);
    return { value: { jwks: keys, byKid: new Map(await Promise.all(entries)) }, until };
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
  cache: WeakMap<Env, Cached<Value>>,
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

async function toCryptoKey(jwk: PublicJwk | PrivateJwk): Promise<CryptoKey> {
  const key = await importJWK({ ...jwk }, ALGORITHM);
  if (key instanceof Uint8Array) throw new TypeError("not a key of a pair");
  return key;
}
