import type { AuthenticatedUser, SessionParameters } from "./session.ts";

/** What an approval gives to whoever asks for the login. */
export interface AccessTerms {
  kind: AccessKind;
  /** Milliseconds. Missing: until it is signed out. */
  ttl?: number;
}

export type AccessKind =
  /** Tokens that can't be renewed: they end after `ttl`. */
  | "login"
  /** Tokens that the client renews by itself for as long as `ttl` (OpenID Connect Core §11). */
  | "offline_access"
  /** The person's account: another phone is signed in, and can approve logins. */
  | "account"
  /** Nothing: no token is issued to this client. */
  | "none";

/** Claims about the person that a client can receive (OpenID Connect Core §5.1). */
export type SharedClaim = "sub" | "name" | "email";

/**
 * What an approval gives, and for how long: shown to the person before they decide (OpenID Connect Core
 * §3.1.2.4, ASVS 10.7.2). It crosses the wire as it is.
 */
export interface Consent {
  access: AccessKind;
  /** Only those whose value is known, so only what the client will really receive. */
  claims: SharedClaim[];
  /** Seconds. */
  expires_in?: number;
}

/** `access` is missing in a session that an earlier version began. */
export function consentOf(
  { scope, access }: Pick<SessionParameters, "scope" | "access">,
  account: AuthenticatedUser,
): Consent {
  const offline = hasScope(scope, "offline_access") ? "offline_access" : "login";
  const { kind, ttl }: AccessTerms = access ?? { kind: offline };
  return {
    access: kind,
    // The others get no tokens.
    claims: kind === "login" || kind === "offline_access" ? sharedClaims(scope, account) : [],
    ...(ttl === undefined ? {} : { expires_in: Math.floor(ttl / 1000) }),
  };
}

/** OpenID Connect Core §5.4: the name is of the scope profile, and the address of the scope email. */
export function sharedClaims(
  scope: string,
  { name, email }: Pick<AuthenticatedUser, "name" | "email">,
): SharedClaim[] {
  return [
    "sub",
    ...(name !== undefined && hasScope(scope, "profile") ? ["name" as const] : []),
    ...(email !== undefined && hasScope(scope, "email") ? ["email" as const] : []),
  ];
}

/** Whether a scope is among those that were granted (RFC 6749 §3.3). */
export function hasScope(granted: string, scope: string): boolean {
  return granted.split(" ").includes(scope);
}
