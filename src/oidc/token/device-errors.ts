import type { LoginErrorCode } from "../../login-session/domain/errors.ts";
import { PROOF_USED, RESOURCE_NOT_GRANTED, type OAuthError } from "../errors.ts";

/** RFC 6749 §5.2: `device_grant` is off for this client. */
export const DEVICE_GRANT_OFF: OAuthError = {
  code: "unauthorized_client",
  description: "The client may not use the device authorization grant.",
};

const AUTHORIZATION_PENDING: OAuthError = {
  code: "authorization_pending",
  description: "Nobody has decided yet.",
};

const SLOW_DOWN: OAuthError = {
  code: "slow_down",
  description: "Nobody has decided yet. Wait five seconds longer than before, each time.",
};

const ACCESS_DENIED: OAuthError = {
  code: "access_denied",
  description: "The login was declined, or cancelled by the device.",
};

const EXPIRED_TOKEN: OAuthError = {
  code: "expired_token",
  description: "The device code has expired. Begin again.",
};

const invalidDeviceCode = (reason: string): OAuthError => ({
  code: "invalid_grant",
  description: "The device code gives nothing, or nothing to this client.",
  reason,
});

/**
 * The error of a device's poll (RFC 8628 §3.5). Unknown codes and other clients' codes get the same
 * error, so that probing reveals nothing.
 */
export function toDeviceGrantError(error: LoginErrorCode): OAuthError {
  switch (error) {
    case "authorization_pending":
      return AUTHORIZATION_PENDING;
    case "slow_down":
      return SLOW_DOWN;
    case "proof_used":
      return PROOF_USED;
    case "resource_not_granted":
      return RESOURCE_NOT_GRANTED;
    case "access_denied":
    case "approver_signed_out":
      return ACCESS_DENIED;
    case "code_expired":
      return EXPIRED_TOKEN;
    default:
      return invalidDeviceCode(error);
  }
}
