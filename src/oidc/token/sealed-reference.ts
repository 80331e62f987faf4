import { decodeBase64url, encodeBase64url } from "../../lib/base64url.ts";
import { sealingKey } from "../keys/signing-key-cache.ts";

/**
 * Encrypts a short text that a client carries for us and gives back later, such as which account a
 * code or a refresh token belongs to. AES-256-GCM (NIST SP 800-38D) with a key that only this server
 * has: clients can't read the text, and a forged or changed one is recognised before any object is
 * asked about it.
 *
 * The form is base64url of `<version: 1 byte><nonce: 12 bytes><ciphertext><tag: 16 bytes>`.
 */

/** What the text is for. A text that was sealed for one purpose can't be opened for another. */
export type SealPurpose = "authorization_code" | "refresh_token";

const VERSION = 1;
const NONCE_LENGTH = 12;
const TAG_LENGTH = 16;

/** Longer than any reference that is sealed here. Characters of base64url. */
const MAX_LENGTH = 2048;

/** Encrypts a text for a purpose. Two seals of the same text differ. */
export async function seal(env: Env, purpose: SealPurpose, text: string): Promise<string> {
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_LENGTH));
  const sealed = await crypto.subtle.encrypt(
    parametersOf(purpose, nonce),
    await sealingKey(env),
    new TextEncoder().encode(text),
  );
  return encodeBase64url(new Uint8Array([VERSION, ...nonce, ...new Uint8Array(sealed)]));
}

/** The text that was sealed for this purpose, or undefined where we never sealed it. */
export async function unseal(
  env: Env,
  purpose: SealPurpose,
  sealed: string,
): Promise<string | undefined> {
  if (sealed.length > MAX_LENGTH) return undefined;
  const bytes = decodeBase64url(sealed);
  // One reference has one spelling: decoders ignore spare bits of the last character.
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
    // The tag does not fit (SP 800-38D §7.2): the text is not ours, or was changed.
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
