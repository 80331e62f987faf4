import { importJWK } from "jose";
import { callTwice } from "../lib/object-unavailable.ts";
import { decodeTrustedBase64url, encodeBase64url } from "../lib/base64url.ts";
import { ALGORITHM, type PrivateP256Jwk } from "../lib/jwk.ts";
import { pushKeysOf } from "./push-keys.ts";
import type { PushKey } from "./vapid.ts";

/** A cache of the key, which never changes. It holds no promises, since a promise belongs to its request. */
const cache = new WeakMap<Env, PushKey>();

/** The key that identifies this server to push services. */
export async function pushKey(env: Env): Promise<PushKey> {
  const cached = cache.get(env);
  if (cached) return cached;
  const jwk = await callTwice(() => pushKeysOf(env).key());
  const privateKey = await importJWK({ ...jwk }, ALGORITHM);
  if (privateKey instanceof Uint8Array) throw new TypeError("not a key of a pair");
  const key = { publicKey: pointOf(jwk), privateKey };
  cache.set(env, key);
  return key;
}

/** An uncompressed point (SEC 1 §2.3.3). */
function pointOf({ x, y }: PrivateP256Jwk): string {
  return encodeBase64url(
    Uint8Array.of(4, ...decodeTrustedBase64url(x), ...decodeTrustedBase64url(y)),
  );
}
