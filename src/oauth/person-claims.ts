import type { JWTPayload } from "jose";
import { sharedClaims } from "../login/consent.ts";
import type { Grant } from "../login/grant.ts";

export { hasScope } from "../login/consent.ts";

/**
 * What both kinds of token say of the person, and of how and where they proved who they are. Of the
 * person's data they have what was shown before the approval, and nothing else.
 */
export function personClaims({ account, scope, sessionId }: Grant): JWTPayload {
  const { sub, name, email, emailVerified, authTime, amr, acr } = account;
  const shared = sharedClaims(scope, account);
  const hasEmail = shared.includes("email");
  return {
    sub,
    ...(shared.includes("name") ? { name } : {}),
    ...(hasEmail ? { email } : {}),
    ...(hasEmail && emailVerified !== undefined ? { email_verified: emailVerified } : {}),
    ...(authTime === undefined ? {} : { auth_time: Math.floor(authTime / 1000) }),
    ...(amr === undefined ? {} : { amr }),
    ...(acr === undefined ? {} : { acr }),
    sid: sessionId,
  };
}
