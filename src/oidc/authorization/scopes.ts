/** The supported scopes (OpenID Connect Core §5.4 and §11). */
export const KNOWN_SCOPES: readonly string[] = ["openid", "profile", "email", "offline_access"];

/** Characters. */
const MAX_LENGTH = 200;

/** RFC 6749 §3.3. */
const SCOPES = /^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/;

/**
 * The supported scopes among the requested ones; undefined if there is none. Unknown scopes are
 * ignored (OpenID Connect Core §3.1.2.1), and the response lists the granted ones (RFC 6749 §5.1).
 */
export function grantedScope(requested: string): string | undefined {
  if (requested.length > MAX_LENGTH || !SCOPES.test(requested)) return undefined;
  const names = requested.split(" ");
  const granted = KNOWN_SCOPES.filter((scope) => names.includes(scope));
  return granted.length === 0 ? undefined : granted.join(" ");
}
