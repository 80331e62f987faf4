import { encodeBase64url } from "../lib/base64url.ts";

/** RFC 7636: whoever redeems the code proves that they started the login. */
export interface Pkce {
  verifier: string;
  /** S256. */
  challenge: string;
}

export async function createPkce(): Promise<Pkce> {
  const verifier = encodeBase64url(crypto.getRandomValues(new Uint8Array(32)));
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  return { verifier, challenge: encodeBase64url(new Uint8Array(digest)) };
}
