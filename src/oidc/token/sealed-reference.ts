import { decodeBase64url, encodeBase64url } from "../../lib/base64url.ts";
import { sealingKey } from "../keys/signing-key-cache.ts";

/**
 * Encrypts a short text that a client returns later, such as the account of a code or a refresh
 * token: AES-256-GCM (NIST SP 800-38D) with this server's key. Clients can't read the text, and a
 * forged one is rejected without a call to an object.
 *
 * Format: base64url of `<version: 1 byte><nonce: 12 bytes><ciphertext><tag: 16 bytes>`.
 */

/** A text that was encrypted for one purpose can't be decrypted for another. */
export type SealPurpose = "authorization_code" | "refresh_token" | "browser_session";

const VERSION = 1;
const NONCE_LENGTH = 12;
const TAG_LENGTH = 16;

/** Characters of base64url: more than any reference has. */
const MAX_LENGTH = 2048;

/** Encrypts a text, with a random nonce. */
export async function seal(env: Env, purpose: SealPurpose, text: string): Promise<string> {
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_LENGTH));
  const sealed = await crypto.subtle.encrypt(
    parametersOf(purpose, nonce),
    await sealingKey(env),
    new TextEncoder().encode(text),
  );
  return encodeBase64url(new Uint8Array([VERSION, ...nonce, ...new Uint8Array(sealed)]));
}

/** Decrypts a text; undefined if this server did not encrypt it for this purpose. */
export async function unseal(
  env: Env,
  purpose: SealPurpose,
  sealed: string,
): Promise<string | undefined> {
  if (sealed.length > MAX_LENGTH) return undefined;
  const bytes = decodeBase64url(sealed);
  // Decoders ignore unused bits of the last character; only the canonical encoding is accepted.
  if (!bytes || encodeBase64url(bytes) !== sealed) return undefined;
  if (bytes.length < 1 + NONCE_LENGTH + TAG_LENGTH || bytes[0] !== VERSION) return undefined;
  const nonce = bytes.slice(1, 1 + NONCE_LENGTH);
  const key = await sealingKey(env);
  try {
    const text = await crypto.subtle.decrypt(
      parametersOf(purpose, nonce),
      key,
      bytes.slice(1 + NONCE_LENGTH),
    );
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(text);
  } catch {
    // The tag is wrong (SP 800-38D §7.2).
    return undefined;
  }
}

function parametersOf(
  purpose: SealPurpose,
  nonce: Uint8Array<ArrayBuffer>,
): SubtleCryptoEncryptAlgorithm {
  const additionalData = new TextEncoder().encode(`qr-login ${purpose}`);
  return { name: "AES-GCM", iv: nonce, additionalData, tagLength: TAG_LENGTH * 8 };
}
