import { defined } from "../../lib/defined.ts";
import type { JWTPayload } from "jose";
import { sharedClaims } from "../../login-session/domain/consent.ts";
import type { Grant } from "../../login-session/domain/grant.ts";

export { hasScope } from "../../login-session/domain/consent.ts";

/**
 * The claims of both kinds of token about the user and their authentication. Personal data is
 * limited to what the user was shown before the approval.
 */
export function userClaims({ account, scope, sessionId }: Grant): JWTPayload {
  const { sub, name, email, emailVerified, authTime, amr, acr } = account;
  const shared = sharedClaims(scope, account);
  const hasEmail = shared.includes("email");
  return {
    sub,
    ...(shared.includes("name") ? { name } : {}),
    ...(hasEmail ? { email } : {}),
    ...(hasEmail && emailVerified !== undefined ? { email_verified: emailVerified } : {}),
    ...(authTime === undefined ? {} : { auth_time: Math.floor(authTime / 1000) }),
    ...defined({ amr, acr }),
    sid: sessionId,
  };
}
