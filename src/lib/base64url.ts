/** RFC 4648 §5 without padding: the alphabet of every token, key and code here. */
export function encodeBase64url(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/**
 * The bytes of a base64url text, or undefined where it is none: a character outside the alphabet, or a
 * length that no number of bytes has (RFC 4648 §3.3, §4).
 */
export function decodeBase64url(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[\w-]*$/.test(text) || text.length % 4 === 1) return undefined;
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i += 1) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/**
 * The same, for a text that this server has made itself or has checked before. Throws where it is no
 * base64url: never call it with what a request brings.
 */
export function decodeTrustedBase64url(text: string): Uint8Array<ArrayBuffer> {
  const bytes = decodeBase64url(text);
  if (!bytes) throw new TypeError("not base64url");
  return bytes;
}

/** The UTF-8 text that a base64url text stands for, or undefined where it is no base64url or no UTF-8. */
export function decodeBase64urlText(encoded: string): string | undefined {
  const bytes = decodeBase64url(encoded);
  if (!bytes) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
