/**
 * Whether a query or a form decodes to UTF-8 (RFC 6749 appendix B). Parsers replace other bytes by
 * U+FFFD (WHATWG URL §5.1), which would change a `state`.
 */
export function isUtf8Form(encoded: string): boolean {
  const bytes = encoded.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  try {
    new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(
      Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)),
    );
    return true;
  } catch {
    return false;
  }
}

/**
 * The text of a form, or undefined if it is not UTF-8. A leading byte order mark is removed
 * (Encoding §6).
 */
export function formText(body: ArrayBuffer): string | undefined {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(body);
  } catch {
    return undefined;
  }
  // Characters without percent-encoding were decoded above.
  return isUtf8Form(text.replaceAll(/[^\0-\x7f]/g, "?")) ? text : undefined;
}
