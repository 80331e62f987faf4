import type { LoginError } from "../login/errors.ts";

/** Errors of the token endpoint (RFC 6749 §5.2). */
export interface TokenError {
  error: "invalid_request" | "invalid_client" | "invalid_grant" | "unsupported_grant_type";
  /** For whoever builds the client. Without quotes and backslashes, as the RFC has it. */
  description: string;
}

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

export const UNSUPPORTED_GRANT_TYPE: TokenError = {
  error: "unsupported_grant_type",
  description: "grant_type must be authorization_code.",
};

/** A code that comes twice, or with the wrong proof, may be stolen: the operator wants to see those. */
export function looksStolen(reason: LoginError): boolean {
  switch (reason) {
    case "code_used":
    case "client_mismatch":
    case "redirect_mismatch":
    case "verifier_mismatch":
      return true;
    default:
      return false;
  }
}
