import { SignJWT } from "jose";
import { ALGORITHM } from "../lib/jwk.ts";

/** What we are known by to push services (RFC 8292): browsers bind their subscriptions to it. */
export interface PushKey {
  /** Uncompressed point, base64url: `applicationServerKey` to a browser, `k` to a push service. */
  publicKey: string;
  privateKey: CryptoKey;
}

/** Seconds that an authorization is good for; §2 allows a day, and clocks disagree. */
const TTL = 12 * 3600;

/**
 * The `Authorization` of one push message (RFC 8292 §3): a JWT for the push service that the endpoint
 * is of, and for no other. `contact` is who answers for us, an https: or mailto: URI (§2.1); an origin
 * that only this machine knows is nobody's contact, and is left out.
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
