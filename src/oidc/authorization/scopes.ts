/** The scopes that mean something here (OpenID Connect Core §5.4 and §11). */
export const KNOWN_SCOPES: readonly string[] = ["openid", "profile", "email", "offline_access"];

/** Longer than any request that means something here. */
const MAX_LENGTH = 200;

/** RFC 6749 §3.3. */
const SCOPES = /^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/;

/**
 * What a client gets of what it asks for, or undefined where that names nothing that can be had.
 * Scopes that mean nothing here are left out (OpenID Connect Core §3.1.2.1), and the answer says so
 * by naming those that were granted (RFC 6749 §5.1).
 */
export function grantedScope(requested: string): string | undefined {
  if (requested.length > MAX_LENGTH || !SCOPES.test(requested)) return undefined;
  const asked = requested.split(" ");
  const granted = KNOWN_SCOPES.filter((scope) => asked.includes(scope));
  return granted.length === 0 ? undefined : granted.join(" ");
}
