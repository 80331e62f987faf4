import { importJWK } from "jose";
import { callTwice } from "../lib/object-unavailable.ts";
import { decodeTrustedBase64url, encodeBase64url } from "../lib/base64url.ts";
import { ALGORITHM, type PrivateJwk } from "../lib/jwk.ts";
import { pushKeysOf } from "./push-keys.ts";
import type { PushKey } from "./vapid.ts";

/** As this isolate remembers it: the key never changes. Only values are kept, since a promise belongs to its request. */
const known = new WeakMap<Env, PushKey>();

/** The key that we send push messages by. */
export async function pushKey(env: Env): Promise<PushKey> {
  const remembered = known.get(env);
  if (remembered) return remembered;
  const jwk = await callTwice(() => pushKeysOf(env).key());
  const privateKey = await importJWK({ ...jwk }, ALGORITHM);
  if (privateKey instanceof Uint8Array) throw new TypeError("not a key of a pair");
  const key = { publicKey: pointOf(jwk), privateKey };
  known.set(env, key);
  return key;
}

/** SEC 1 §2.3.3: 4 for "uncompressed", and the two coordinates. */
function pointOf({ x, y }: PrivateJwk): string {
  return encodeBase64url(
    Uint8Array.of(4, ...decodeTrustedBase64url(x), ...decodeTrustedBase64url(y)),
  );
}
