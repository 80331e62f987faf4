import { defined } from "../../lib/defined.ts";
import type { JWTPayload } from "jose";
import { releasedClaims } from "../../login-session/domain/consent.ts";
import type { Grant } from "../../login-session/domain/grant.ts";
import type { ClaimsPlace } from "../../login-session/domain/requested-claims.ts";

export { hasScope } from "../../login-session/domain/consent.ts";

/**
 * The claims of a token about the user and their authentication: of an ID token, or of an access
 * token, which has those of the UserInfo endpoint. Personal data is limited to what the user was
 * shown before the approval.
 */
export function userClaims(grant: Grant, place: ClaimsPlace): JWTPayload {
  const { account, sessionId } = grant;
  const { sub, name, email, emailVerified, authTime, amr, acr } = account;
  const personal = { name, email, email_verified: emailVerified };
  const released = releasedClaims(grant, place, account);
  return {
    sub,
    ...Object.fromEntries(released.map((claim) => [claim, personal[claim]])),
    ...(authTime === undefined ? {} : { auth_time: Math.floor(authTime / 1000) }),
    ...defined({ amr, acr }),
    sid: sessionId,
  };
}
