import { defined } from "../lib/defined.ts";

/**
 * An error of the OAuth endpoints. `code` and `description` are sent to the client; `reason` is
 * logged for the operator and never sent.
 */
export interface OAuthError {
  code: OAuthErrorCode;
  /** For the developer of the client. Without quotes and backslashes (RFC 6749 §5.2). */
  description: string;
  /** The HTTP status, where it does not follow from the code. */
  status?: 401 | 403 | 429;
  /** Which check failed. Never a value from the request. */
  reason?: string;
}

export type OAuthErrorCode =
  /** RFC 6749 §5.2. */
  | "invalid_request"
  | "invalid_client"
  | "invalid_grant"
  | "unauthorized_client"
  | "unsupported_grant_type"
  | "invalid_scope"
  /** RFC 6749 §4.1.2.1. Outside of redirects, with status 503 or 429. */
  | "unsupported_response_type"
  | "server_error"
  | "temporarily_unavailable"
  /** OpenID Connect Core §3.1.2.6. */
  | "login_required"
  | "interaction_required"
  | "request_not_supported"
  | "request_uri_not_supported"
  | "registration_not_supported"
  /** OpenID Connect Core Error Code unmet_authentication_requirements §2. */
  | "unmet_authentication_requirements"
  /** RFC 9126 §2.3 and OpenID Connect Core §3.1.2.6. */
  | "invalid_request_uri"
  /** RFC 8628 §3.5. */
  | "authorization_pending"
  | "slow_down"
  | "access_denied"
  | "expired_token"
  /** RFC 8707 §2. */
  | "invalid_target"
  /** RFC 6750 §3.1. */
  | "invalid_token"
  | "insufficient_scope"
  /** RFC 9449 §5, §8. */
  | "invalid_dpop_proof"
  | "use_dpop_nonce";

/** RFC 6749 §5.2 has no code for this; `temporarily_unavailable` is from §4.1.2.1. */
export const TOO_MANY_REQUESTS: OAuthError = {
  code: "temporarily_unavailable",
  description: "Too many requests. Wait a minute.",
  status: 429,
};

/** For a polling device: it slows down and goes on polling (RFC 8628 §3.5). */
export const TOO_MANY_POLLS: OAuthError = { ...TOO_MANY_REQUESTS, code: "slow_down" };

export const invalidRequest = (description: string, reason?: string): OAuthError => ({
  code: "invalid_request",
  description,
  ...defined({ reason }),
});

/** Every failed client authentication gets the same answer, so that probing reveals nothing. */
export const invalidClient = (reason: string): OAuthError => ({
  code: "invalid_client",
  description: "The client is unknown or did not authenticate as registered.",
  reason,
});

/** Every failed redemption gets the same answer, so that a stolen code can't be probed. */
export const invalidGrant = (reason: string): OAuthError => ({
  code: "invalid_grant",
  description: "The code gives nothing, or nothing to this client with this verifier.",
  reason,
});

export const invalidRefreshToken = (reason: string): OAuthError => ({
  code: "invalid_grant",
  description: "The refresh token gives nothing, or nothing to this client with this key.",
  reason,
});

/** RFC 7009 §2.1: the code that RFC 6749 §5.2 has for a token that was issued to another client. */
export const NOT_YOUR_TOKEN: OAuthError = {
  code: "invalid_grant",
  description: "The token was issued to another client.",
  reason: "client_mismatch",
};

export const invalidScope = (description: string): OAuthError => ({
  code: "invalid_scope",
  description,
});

/** RFC 6749 §6: no more than what was granted. */
export const SCOPE_NOT_GRANTED = invalidScope("scope names something that was not granted.");

/** RFC 8707 §2: a resource that is neither this server nor one of the client's. */
export const UNKNOWN_RESOURCE: OAuthError = {
  code: "invalid_target",
  description: "resource is neither this server nor one of the resources of the client.",
};

/** RFC 8707 §2.2: no more than what was granted. */
export const RESOURCE_NOT_GRANTED: OAuthError = {
  code: "invalid_target",
  description: "resource names something that was not granted.",
};

export const UNSUPPORTED_GRANT_TYPE: OAuthError = {
  code: "unsupported_grant_type",
  description: "grant_type is none that this server gives tokens for.",
};

export const invalidDpopProof = (description: string, reason: string): OAuthError => ({
  code: "invalid_dpop_proof",
  description,
  reason,
});

/** RFC 9449 §8 and §9. The response has a `DPoP-Nonce` header. */
export const useDpopNonce = (description: string, reason: string): OAuthError => ({
  code: "use_dpop_nonce",
  description,
  reason,
});

/** RFC 9449 §11.1. */
export const PROOF_USED = invalidDpopProof("The DPoP proof was used before.", "jti_used");

export const CLIENT_KEYS_UNAVAILABLE: OAuthError = {
  code: "temporarily_unavailable",
  description: "The keys at the jwks_uri of the client can not be had now.",
};

/** A Durable Object was not available. The request may be repeated. */
export const TEMPORARILY_UNAVAILABLE: OAuthError = {
  code: "temporarily_unavailable",
  description: "This did not work just now. Try again in a moment.",
};
