import type { LoginErrorCode } from "../login-session/domain/errors.ts";

/**
 * Errors of the endpoints that clients talk to directly: RFC 6749 §5.2, and what the grants and
 * extensions add to it.
 */
export interface TokenError {
  error:
    | "invalid_request"
    | "invalid_client"
    | "invalid_grant"
    | "unauthorized_client"
    | "unsupported_grant_type"
    | "invalid_scope"
    /** RFC 8628 §3.5. */
    | "authorization_pending"
    | "slow_down"
    | "access_denied"
    | "expired_token"
    /** RFC 8707 §2. */
    | "invalid_target"
    /** RFC 9449 §5. */
    | "invalid_dpop_proof"
    /** Nothing that the client did: told with 503, or with 429 where there were too many requests. */
    | "temporarily_unavailable";
  /** For whoever builds the client. Without quotes and backslashes, as the RFC has it. */
  description: string;
  /** RFC 6585 §4. Other errors have the status that follows from their code. */
  status?: 429;
}

/** RFC 6749 §5.2 has no code for it; `temporarily_unavailable` is the one of §4.1.2.1. */
export const TOO_MANY_REQUESTS: TokenError = {
  error: "temporarily_unavailable",
  description: "Too many requests. Wait a minute.",
  status: 429,
};

/** For a device that polls, in a way that makes it go on polling (RFC 8628 §3.5). */
export const TOO_MANY_POLLS: TokenError = { ...TOO_MANY_REQUESTS, error: "slow_down" };

export const invalidRequest = (description: string): TokenError => ({
  error: "invalid_request",
  description,
});

/** The client is told that it isn't known as it presents itself, not which part was wrong. */
export const INVALID_CLIENT: TokenError = {
  error: "invalid_client",
  description: "The client is unknown or did not authenticate as registered.",
};

/** Whatever a code lacked, one answer: why is nothing that a thief should learn. */
export const INVALID_GRANT: TokenError = {
  error: "invalid_grant",
  description: "The code gives nothing, or nothing to this client with this verifier.",
};

export const INVALID_REFRESH_TOKEN: TokenError = {
  error: "invalid_grant",
  description: "The refresh token gives nothing, or nothing to this client with this key.",
};

/** RFC 7009 §2.1: the error that RFC 6749 §5.2 has for a token that was issued to another client. */
export const NOT_YOUR_TOKEN: TokenError = {
  error: "invalid_grant",
  description: "The token was issued to another client.",
};

/** RFC 6749 §6: no more than what was granted. */
export const INVALID_SCOPE: TokenError = {
  error: "invalid_scope",
  description: "scope names something that was not granted.",
};

export const UNSUPPORTED_GRANT_TYPE: TokenError = {
  error: "unsupported_grant_type",
  description: "grant_type is none that this server gives tokens for.",
};

export const invalidDpopProof = (description: string): TokenError => ({
  error: "invalid_dpop_proof",
  description,
});

/** RFC 9449 §11.1. */
export const PROOF_USED = invalidDpopProof("The DPoP proof was used before.");

/** The keys that the client registered by their address can't be had. */
export const CLIENT_KEYS_UNAVAILABLE: TokenError = {
  error: "temporarily_unavailable",
  description: "The keys at the jwks_uri of the client can not be had now.",
};

/** The object that keeps the login or the account was not available. The request may be repeated. */
export const TEMPORARILY_UNAVAILABLE: TokenError = {
  error: "temporarily_unavailable",
  description: "This did not work just now. Try again in a moment.",
};

/** A code that comes twice, or with the wrong proof, may be stolen: the operator wants to see those. */
export function isSuspiciousRedemption(reason: LoginErrorCode): boolean {
  switch (reason) {
    case "code_used":
    case "client_mismatch":
    case "redirect_mismatch":
    case "verifier_mismatch":
    case "key_mismatch":
      return true;
    default:
      return false;
  }
}
