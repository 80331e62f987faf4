import { encodeBase64url } from "./base64url.ts";

/** A secret of 256 random bits, 43 characters of base64url. */
export function randomToken(): string {
  return encodeBase64url(crypto.getRandomValues(new Uint8Array(32)));
}

/** Random characters of an alphabet, each equally likely. */
export function randomString(alphabet: string, length: number): string {
  // Larger bytes are skipped: modulo the alphabet's length they would favour its first letters.
  const limit = 256 - (256 % alphabet.length);
  let letters = "";
  while (letters.length < length) {
    for (const byte of crypto.getRandomValues(new Uint8Array(length * 2))) {
      if (byte < limit && letters.length < length)
        letters += alphabet.charAt(byte % alphabet.length);
    }
  }
  return letters;
}
