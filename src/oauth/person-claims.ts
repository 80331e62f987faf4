import type { JWTPayload } from "jose";
import type { Grant } from "../login/grant.ts";

/** What both kinds of token say of the person, and of how and where they proved who they are. */
export function personClaims({ account, scope, sessionId }: Grant): JWTPayload {
  const { sub, name, email, emailVerified, authTime, amr, acr } = account;
  const told = email !== undefined && hasScope(scope, "email");
  return {
    sub,
    // OpenID Connect Core §5.4: the name is of the scope profile, and the address of the scope email.
    ...(name !== undefined && hasScope(scope, "profile") ? { name } : {}),
    ...(told ? { email } : {}),
    ...(told && emailVerified !== undefined ? { email_verified: emailVerified } : {}),
    ...(authTime === undefined ? {} : { auth_time: Math.floor(authTime / 1000) }),
    ...(amr === undefined ? {} : { amr }),
    ...(acr === undefined ? {} : { acr }),
    sid: sessionId,
  };
}

/** Whether a scope is among those that were granted (RFC 6749 §3.3). */
export function hasScope(granted: string, scope: string): boolean {
  return granted.split(" ").includes(scope);
}
