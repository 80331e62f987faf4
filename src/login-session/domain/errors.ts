import type { Result } from "../../lib/result.ts";

/**
 * Why a command was refused. What clients learn of it is decided in one place each:
 * routes/middleware/problem-response.ts for the session API, oidc/errors.ts for the token endpoint.
 */
export type LoginErrorCode =
  /** No such session was ever created, or it is deleted. */
  | "session_not_found"
  | "session_expired"
  | "session_cancelled"
  /** Another phone was first: it has scanned, or decided already. */
  | "already_scanned"
  | "already_approved"
  | "already_denied"
  /** A decision about a session that no phone has scanned. */
  | "not_scanned"
  /** The code is genuine, but was shown too long ago. */
  | "code_stale"
  /** The code was not made with this session's key. */
  | "code_invalid"
  /** The typed code belongs to no session. */
  | "user_code_unknown"
  /** Too many wrong codes were tried on this session. */
  | "too_many_tries"
  /** The scan token is not that of the phone that scanned. */
  | "scan_token_invalid"
  /** The client requires a more recent sign-in of the approver. */
  | "sign_in_again"
  /** The client requires another account. */
  | "wrong_account"
  /** The risk assessment, or the client's policy, forbids the login. */
  | "risk_blocked"
  /** Number matching is required, and the digits were not typed yet. */
  | "match_required"
  /** Other digits were typed, so the login was denied. */
  | "match_wrong"
  /** A code was typed on the screen, but none is required there. */
  | "match_not_asked"
  /** The approver must authenticate again, for this request. */
  | "step_up_required"
  /** The code was scanned by the browser that shows it. */
  | "same_device"
  /** The code was scanned again, and the client's policy ends such a login. */
  | "code_repeated"
  /** The watch token is not this session's. */
  | "watch_token_invalid"
  /** The page that watches belongs to another client. */
  | "origin_not_allowed"
  | "too_many_watchers"
  /** The screen has requested as many typed codes as it may. */
  | "too_many_requests"
  | RedeemError;

/** Why a code can't be redeemed. Clients receive most of these as `invalid_grant`. */
export type RedeemError =
  | "code_unknown"
  /** The device polls, and the login is not decided yet (RFC 8628 §3.5). */
  | "authorization_pending"
  /** The same, and the device polls more often than it may. */
  | "slow_down"
  /** The login was denied or cancelled. */
  | "access_denied"
  | "code_expired"
  /** The code was redeemed before, and this request is not a retry. */
  | "code_used"
  /** The login that the code gave has ended, or its account was deleted. */
  | "login_ended"
  /** The phone that approved the login was signed out since. */
  | "approver_signed_out"
  /** The DPoP proof was used before (RFC 9449 §11.1). */
  | "proof_used"
  /** A code of one grant was presented for another grant. */
  | "grant_mismatch"
  | "client_mismatch"
  | "redirect_mismatch"
  | "verifier_mismatch"
  /** The login has a PKCE challenge, and the request has no verifier. */
  | "verifier_missing"
  /** The login has no PKCE challenge, and the request has a verifier. */
  | "verifier_not_expected"
  /** The access token is to be for a resource that was not granted (RFC 8707 §2.2). */
  | "resource_not_granted"
  /** The client bound the login to another DPoP key (RFC 9449 §10). */
  | "key_mismatch";

/** What an approver of another issuer needs for step-up: a sign-in that is recent enough, or one of these `acr`. */
export interface StepUpRequired {
  code: "step_up_required";
  /** Milliseconds. */
  maxAge: number;
  acr: readonly string[];
}

/** An error without data is its code. */
export type LoginError = Exclude<LoginErrorCode, StepUpRequired["code"]> | StepUpRequired;

export function errorCodeOf(error: LoginError): LoginErrorCode {
  return typeof error === "string" ? error : error.code;
}

/** The result of a command on a login session. */
export type LoginResult<Value> = Result<Value, LoginError>;
