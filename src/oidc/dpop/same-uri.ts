/**
 * Whether two URIs are the same without query and fragment (RFC 9449 §4.3, point 9), after the normalization of RFC 3986
 * §6.2.2 (case, percent-encoding, dot segments) and §6.2.3 (default port, empty path).
 */
export function isSameUri(claimed: string, uri: string): boolean {
  const normalized = normalizeUri(claimed);
  return normalized !== undefined && normalized === normalizeUri(uri);
}

/** Undefined if it is no http URI, or has user information. */
function normalizeUri(text: string): string | undefined {
  // URL parsers accept more than RFC 3986 does: backslashes, spaces, a missing authority.
  if (!/^https?:\/\/[^\s\\@/?#]+([/?#][^\s\\]*)?$/i.test(text) || !URL.canParse(text)) {
    return undefined;
  }
  const { origin, pathname } = new URL(text);
  return origin + pathname.replaceAll(/%[0-9a-f]{2}/gi, normalizeEncoded);
}

/** §6.2.2.2 decodes unreserved characters; §6.2.2.1 has capital digits in the others. */
function normalizeEncoded(encoded: string): string {
  const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16));
  return /[\w.~-]/.test(character) ? character : encoded.toUpperCase();
}
