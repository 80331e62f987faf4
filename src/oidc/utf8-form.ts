/**
 * Whether what a query, or a posted form, stands for is UTF-8 (RFC 6749 appendix B). Parsers put U+FFFD for
 * bytes that aren't (WHATWG URL §5.1), so that a `state` would come back as another one.
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

/** A form's text, or undefined where it is no UTF-8. A byte order mark before it is no part of it (Encoding §6). */
export function formText(body: ArrayBuffer): string | undefined {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(body);
  } catch {
    return undefined;
  }
  // What was sent as it is, without percent-encoding, is UTF-8 by now.
  return isUtf8Form(text.replaceAll(/[^\0-\x7f]/g, "?")) ? text : undefined;
}
