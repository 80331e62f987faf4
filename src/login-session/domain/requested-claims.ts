/**
 * Claims that the `claims` parameter adds to those of the scope (OpenID Connect Core §5.5), by the place
 * where the client wants them.
 */
export interface RequestedClaims {
  id_token?: PersonalClaim[];
  userinfo?: (PersonalClaim | AuthenticationClaim)[];
}

/** Personal data, which the person must see before they approve. */
export const PERSONAL_CLAIMS = ["name", "email", "email_verified"] as const;

export type PersonalClaim = (typeof PERSONAL_CLAIMS)[number];

/** How the person authenticated. Every ID token has these, if they are known. */
export const AUTHENTICATION_CLAIMS = ["auth_time", "acr", "amr"] as const;

export type AuthenticationClaim = (typeof AUTHENTICATION_CLAIMS)[number];

/** Where a client gets claims: the ID token, or the UserInfo endpoint. */
export type ClaimsPlace = keyof RequestedClaims;

/**
 * What a client asked for, as one list: the scopes, and each claim that the `claims` parameter adds to them. Separated by
 * spaces.
 */
export function scopeWithClaims({
  scope,
  claims = {},
}: {
  scope: string;
  claims?: RequestedClaims;
}): string {
  const places = ["id_token", "userinfo"] as const;
  const added = places.flatMap((place) =>
    (claims[place] ?? []).map((claim) => `claims:${place}:${claim}`),
  );
  return [scope, ...added].join(" ");
}
