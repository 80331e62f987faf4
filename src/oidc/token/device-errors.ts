import type { LoginErrorCode } from "../../login-session/domain/errors.ts";
import { PROOF_USED, type TokenError } from "../errors.ts";

/** RFC 6749 §5.2: the operator has turned the grant off for this client. */
export const DEVICE_GRANT_OFF: TokenError = {
  error: "unauthorized_client",
  description: "The client may not use the device authorization grant.",
};

const AUTHORIZATION_PENDING: TokenError = {
  error: "authorization_pending",
  description: "Nobody has decided yet.",
};

const SLOW_DOWN: TokenError = {
  error: "slow_down",
  description: "Nobody has decided yet. Wait five seconds longer than before, each time.",
};

const ACCESS_DENIED: TokenError = {
  error: "access_denied",
  description: "The login was declined, or cancelled by the device.",
};

const EXPIRED_TOKEN: TokenError = {
  error: "expired_token",
  description: "The device code has expired. Begin again.",
};

const INVALID_DEVICE_CODE: TokenError = {
  error: "invalid_grant",
  description: "The device code gives nothing, or nothing to this client.",
};

/**
 * What a device is told (RFC 8628 §3.5). Whose a code is that isn't its own, or that it is none at
 * all, is nothing that somebody who merely tries should learn.
 */
export function toDeviceGrantError(error: LoginErrorCode): TokenError {
  switch (error) {
    case "authorization_pending":
      return AUTHORIZATION_PENDING;
    case "slow_down":
      return SLOW_DOWN;
    case "proof_used":
      return PROOF_USED;
    case "access_denied":
    case "approver_signed_out":
      return ACCESS_DENIED;
    case "code_expired":
      return EXPIRED_TOKEN;
    default:
      return INVALID_DEVICE_CODE;
  }
}
