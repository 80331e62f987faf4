import { err, ok, type Result } from "../../lib/result.ts";
import { invalidScope, type OAuthError } from "../errors.ts";

/** The supported scopes (OpenID Connect Core §5.4 and §11). */
export const KNOWN_SCOPES: readonly string[] = ["openid", "profile", "email", "offline_access"];

/** RFC 6749 §3.3. */
const SCOPE_CHARACTERS = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

/**
 * The supported scopes among the requested ones. Unknown scopes are ignored (OpenID Connect Core
 * §3.1.2.1), and the response lists the granted ones (RFC 6749 §5.1). More spaces than one between
 * two scopes don't matter.
 */
export function grantedScope(requested: string | undefined): Result<string, OAuthError> {
  if (requested !== undefined && !SCOPE_CHARACTERS.test(requested)) {
    return err(invalidScope("scope has a character that RFC 6749 section 3.3 does not allow."));
  }
  const names = new Set(requested?.split(" "));
  names.delete("");
  // RFC 6749 §3.3: there is no default scope, so a request without one is refused.
  if (names.size === 0) return err(invalidScope("scope is missing."));
  const granted = KNOWN_SCOPES.filter((scope) => names.has(scope));
  return granted.length === 0
    ? err(invalidScope(`scope has none of ${KNOWN_SCOPES.join(", ")}.`))
    : ok(granted.join(" "));
}
