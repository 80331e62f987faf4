import { SignJWT } from "jose";
import { ALGORITHM } from "../lib/jwk.ts";

/** The key that identifies this server to push services (RFC 8292). */
export interface PushKey {
  /** Uncompressed point, base64url: `applicationServerKey` to a browser, `k` to a push service. */
  publicKey: string;
  privateKey: CryptoKey;
}

/** Lifetime in seconds. §2 allows at most a day. */
const TTL = 12 * 3600;

/**
 * The `Authorization` header of a push message (RFC 8292 §3): a JWT for the push service of the
 * endpoint. `contact`: an https: or mailto: URI of the operator (§2.1). A local http: origin is no
 * contact, and is left out.
 */
export async function vapidAuthorization(
  { endpoint, contact }: { endpoint: string; contact: string },
  { publicKey, privateKey }: PushKey,
  now: number,
): Promise<string> {
  const exp = Math.floor(now / 1000) + TTL;
  const sub = contact.startsWith("http:") ? {} : { sub: contact };
  const jwt = await new SignJWT({ aud: new URL(endpoint).origin, exp, ...sub })
    .setProtectedHeader({ typ: "JWT", alg: ALGORITHM })
    .sign(privateKey);
  return `vapid t=${jwt}, k=${publicKey}`;
}
