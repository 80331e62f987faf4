import { defined } from "../../lib/defined.ts";
import type { AccessKind, Consent, SharedClaim } from "../../protocol/consent.ts";
import type { AuthenticatedUser } from "./authenticated-user.ts";

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
  { scope, access }: { scope: string; access?: AccessTerms },
  account: AuthenticatedUser,
): Consent {
  const offline = hasScope(scope, "offline_access") ? "offline_access" : "login";
  const { kind, ttl, sso }: AccessTerms = access ?? { kind: offline };
  const issuesTokens = kind === "login" || kind === "offline_access";
  return {
    access: kind,
    claims: issuesTokens ? sharedClaims(scope, account) : [],
    ...defined({ expires_in: secondsOf(ttl), sso_expires_in: secondsOf(sso) }),
  };
}

function secondsOf(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : Math.floor(milliseconds / 1000);
}

/** OpenID Connect Core §5.4: the name belongs to the scope profile, the address to the scope email. */
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
