import type { Result } from "../../lib/result.ts";

/**
 * Why a command was refused. The heart says precisely why; what the outside is told of it is
 * decided in one place each: protocol/problem.ts for the session API, oauth/errors.ts for tokens.
 */
export type LoginErrorCode =
  /** Nothing is known of this session: never created, or forgotten since. */
  | "session_not_found"
  | "session_expired"
  | "session_cancelled"
  /** A phone was first already: scanned, or everything that follows from it. */
  | "already_scanned"
  | "already_approved"
  | "already_denied"
  /** A decision about a session that no phone has scanned. */
  | "not_scanned"
  /** The code is genuine, but was shown too long ago. */
  | "code_stale"
  /** The code was not made with this session's key. */
  | "code_invalid"
  /** The typed code stands for no session. */
  | "user_code_unknown"
  /** So many wrong codes were tried on this session that it takes no more. */
  | "too_many_tries"
  /** The scan token is not the one given to the phone that scanned. */
  | "scan_token_invalid"
  /** The client wants the approver to have signed in more recently. */
  | "sign_in_again"
  /** The client wants another account. */
  | "wrong_account"
  /** Nothing is known yet of how risky an approval by this account is. */
  | "not_assessed"
  /** What was found, or the client's policy, forbids it. */
  | "risk_blocked"
  /** What one device shows was not typed on the other. */
  | "match_required"
  /** Something else was typed, so the login was declined. */
  | "match_wrong"
  /** A code was typed on the screen, and none was asked for. */
  | "match_not_asked"
  /** The approver must prove who they are once more, for this very request. */
  | "step_up_required"
  /** The code was scanned by the browser that shows it. */
  | "same_device"
  /** The code was scanned again, and the client's policy ends such a login. */
  | "code_repeated"
  /** The watch token is not this session's. */
  | "watch_token_invalid"
  /** A page of another client watches. */
  | "origin_not_allowed"
  | "too_many_watchers"
  /** The screen has asked for as many codes to type as it may. */
  | "too_many_requests"
  | RedeemError;

/** Why a code gives no tokens. Most of these are told to the one who redeems as `invalid_grant`. */
export type RedeemError =
  | "code_unknown"
  /** A device asks before its owner has decided (RFC 8628 §3.5). */
  | "authorization_pending"
  /** The same, and it asks more often than it may. */
  | "slow_down"
  /** The login was declined or cancelled. */
  | "access_denied"
  | "code_expired"
  /** It was redeemed before, and this is not the same request again. */
  | "code_used"
  /** What it gave has ended, or its account is gone. */
  | "login_ended"
  /** The phone that approved the login has been signed out since. */
  | "approver_signed_out"
  /** The DPoP proof was used before (RFC 9449 §11.1). */
  | "proof_used"
  /** A code of the one grant, presented as one of the other. */
  | "grant_mismatch"
  | "client_mismatch"
  | "redirect_mismatch"
  | "verifier_mismatch"
  /** The login was begun for tokens of another key, or of none that was shown (RFC 9449 §10). */
  | "key_mismatch";
/** The result of a command on a login session. */
export type LoginResult<Value> = Result<Value, LoginErrorCode>;
