import { decodeTrustedBase64url, encodeBase64url } from "./base64url.ts";

const utf8 = new TextEncoder();

/** SHA-256 of a text, base64url. Used for stored secrets, and for S256 (RFC 7636 §4.2). */
export async function sha256(text: string): Promise<string> {
  return encodeBase64url(new Uint8Array(await crypto.subtle.digest("SHA-256", utf8.encode(text))));
}

/**
 * HMAC-SHA256 of a text, base64url. Throws if the key is not base64url, so check keys from requests
 * first.
 */
export async function hmacSha256(key: string, text: string): Promise<string> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const bytes = decodeTrustedBase64url(key);
  const hmacKey = await crypto.subtle.importKey("raw", bytes, algorithm, false, ["sign"]);
  return encodeBase64url(
    new Uint8Array(await crypto.subtle.sign("HMAC", hmacKey, utf8.encode(text))),
  );
}
