import * as v from "valibot";

export const AccessKind = v.picklist([
  /** Tokens that can't be renewed. */
  "login",
  /** Tokens that the client can renew (OpenID Connect Core §11). */
  "offline_access",
  /** The person's account: another phone is signed in, and can approve logins. */
  "account",
  /** Nothing: no token is issued to this client. */
  "none",
]);

export type AccessKind = v.InferOutput<typeof AccessKind>;

/** Claims about the person that a client can receive (OpenID Connect Core §5.1). */
const SharedClaim = v.picklist(["sub", "name", "email"]);

export type SharedClaim = v.InferOutput<typeof SharedClaim>;

/**
 * What an approval grants, and for how long: shown to the person before they decide (OpenID Connect
 * Core §3.1.2.4, ASVS 10.7.2).
 */
export const Consent = v.object({
  access: AccessKind,
  /** Only claims that have a value, so only what the client will receive. */
  claims: v.array(SharedClaim),
  /** Seconds. */
  expires_in: v.exactOptional(v.number()),
  /**
   * Present if the screen may stay logged in here, for other sites too (single sign-on): for how many
   * seconds at most. The person at the screen decides whether it does.
   */
  sso_expires_in: v.exactOptional(v.number()),
});

export type Consent = v.InferOutput<typeof Consent>;
