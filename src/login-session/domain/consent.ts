import { defined } from "../../lib/defined.ts";
import type { AccessKind, Consent, SharedClaim } from "../../protocol/consent.ts";
import type { AuthenticatedUser } from "./authenticated-user.ts";
import {
  PERSONAL_CLAIMS,
  type ClaimsPlace,
  type PersonalClaim,
  type RequestedClaims,
} from "./requested-claims.ts";

/** What an approval grants to the client. */
export interface AccessTerms {
  kind: AccessKind;
  /** Milliseconds. Missing if it lasts until sign-out. */
  ttl?: number;
  /** Present if the browser may stay logged in (single-sign-on.ts): for how many milliseconds. */
  sso?: number;
}

/** What the person is asked to consent to. `access` is missing in a session that an earlier version created. */
export function consentOf(
  { scope, claims, access }: RequestedData & { access?: AccessTerms },
  account: AuthenticatedUser,
): Consent {
  const offline = hasScope(scope, "offline_access") ? "offline_access" : "login";
  const { kind, ttl, sso }: AccessTerms = access ?? { kind: offline };
  const issuesTokens = kind === "login" || kind === "offline_access";
  return {
    access: kind,
    claims: issuesTokens ? sharedClaims({ scope, ...defined({ claims }) }, account) : [],
    ...defined({ expires_in: secondsOf(ttl), sso_expires_in: secondsOf(sso) }),
  };
}

function secondsOf(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : Math.floor(milliseconds / 1000);
}

/** What a client asked for: by its scope, and by the `claims` parameter. */
export interface RequestedData {
  /** Separated by spaces. */
  scope: string;
  claims?: RequestedClaims;
}

type PersonalData = Pick<AuthenticatedUser, "name" | "email" | "emailVerified">;

/** What the person is shown: the data that any of the client's tokens will have. */
function sharedClaims(requested: RequestedData, user: PersonalData): SharedClaim[] {
  const released = (["id_token", "userinfo"] as const).flatMap((place) =>
    releasedClaims(requested, place, user),
  );
  const hasAddress = released.includes("email") || released.includes("email_verified");
  return [
    "sub",
    ...(released.includes("name") ? ["name" as const] : []),
    ...(hasAddress ? ["email" as const] : []),
  ];
}

/** The personal data that a client gets in one place. Only claims that have a value. */
export function releasedClaims(
  { scope, claims }: RequestedData,
  place: ClaimsPlace,
  { name, email, emailVerified }: PersonalData,
): PersonalClaim[] {
  const values = { name, email, email_verified: email === undefined ? undefined : emailVerified };
  return PERSONAL_CLAIMS.filter(
    (claim) =>
      values[claim] !== undefined &&
      (hasScope(scope, SCOPE_OF[claim]) || claims?.[place]?.includes(claim)),
  );
}

/** OpenID Connect Core §5.4. */
export const SCOPE_OF = { name: "profile", email: "email", email_verified: "email" } as const;

/** Whether a scope is among those that were granted (RFC 6749 §3.3). */
export function hasScope(granted: string, scope: string): boolean {
  return granted.split(" ").includes(scope);
}
