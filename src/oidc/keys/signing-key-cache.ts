import { importJWK } from "jose";
import { callTwice } from "../../lib/object-unavailable.ts";
import { decodeTrustedBase64url } from "../../lib/base64url.ts";
import { ALGORITHM, type PrivateJwk, type PublicJwk } from "../../lib/jwk.ts";
import { signingKeysOf } from "./signing-keys.ts";

/**
 * Our keys as this isolate remembers them, so that a login doesn't wait for the object that has
 * them. Only values are kept: a promise belongs to the request that began it.
 */

/** How long they are remembered at most, in milliseconds; a change that is planned ends it sooner. */
const MAX_AGE = 300_000;

export interface SigningKey {
  kid: string;
  key: CryptoKey;
}

export interface PublishedKeys {
  jwks: readonly PublicJwk[];
  byKid: ReadonlyMap<string, CryptoKey>;
}

interface Remembered<Value> {
  value: Value;
  until: number;
}

const signing = new WeakMap<Env, Remembered<SigningKey>>();
const sealing = new WeakMap<Env, Remembered<CryptoKey>>();
const published = new WeakMap<Env, Remembered<PublishedKeys>>();

/** The key that signs now. */
export function signingKey(env: Env): Promise<SigningKey> {
  return remembered(signing, env, async () => {
    const { key, until } = await callTwice(() => signingKeysOf(env).signingKey());
    return { value: { kid: key.kid, key: await toCryptoKey(key) }, until };
  });
}

/** Every key that a token of ours may be signed with. */
export function publishedKeys(env: Env): Promise<PublishedKeys> {
  return remembered(published, env, async () => {
    const { keys, until } = await callTwice(() => signingKeysOf(env).published());
    const entries = keys.map(async (jwk) => [jwk.kid, await toCryptoKey(jwk)] as const);
    return { value: { jwks: keys, byKid: new Map(await Promise.all(entries)) }, until };
  });
}

/** The key that seals references (sealed-reference.ts). */
export function sealingKey(env: Env): Promise<CryptoKey> {
  return remembered(sealing, env, async () => {
    const key = decodeTrustedBase64url(await callTwice(() => signingKeysOf(env).sealingKey()));
    const uses = ["encrypt", "decrypt"];
    const value = await crypto.subtle.importKey("raw", key, "AES-GCM", false, uses);
    return { value, until: Infinity };
  });
}

async function remembered<Value>(
  memory: WeakMap<Env, Remembered<Value>>,
  env: Env,
  ask: () => Promise<Remembered<Value>>,
): Promise<Value> {
  const now = Date.now();
  const known = memory.get(env);
  if (known && now < known.until) return known.value;
  const { value, until } = await ask();
  memory.set(env, { value, until: Math.min(until, now + MAX_AGE) });
  return value;
}

async function toCryptoKey(jwk: PublicJwk | PrivateJwk): Promise<CryptoKey> {
  const key = await importJWK({ ...jwk }, ALGORITHM);
  if (key instanceof Uint8Array) throw new TypeError("not a key of a pair");
  return key;
}
