import type { DeviceInfo } from "../login-session/domain/device-info.ts";

/**
 * An event for the operator: logins that start and end, and attacks on them. A user's own events
 * are in their audit log.
 */
export interface OperatorEvent {
  type: EventType;
  client?: string | undefined;
  /** The id of the login session, which is the `sid` of its login. */
  session?: string | undefined;
  /** The reason, or the method, as a short code. */
  why?: string | undefined;
  /** The risk decision and its reasons. */
  verdict?: string | undefined;
  reasons?: readonly { readonly code: string }[] | undefined;
  /** The two devices. `EVENT_DETAIL` decides how much of them is reported. */
  screen?: DeviceInfo | undefined;
  phone?: DeviceInfo | undefined;
}

export type EventType =
  | "session_created"
  | "session_scanned"
  /** A scan, approval or redemption failed; `why`: the problem's code. */
  | "session_refused"
  | "session_approved"
  | "session_denied"
  | "session_cancelled"
  /** `why`: the status before. */
  | "session_expired"
  | "session_redeemed"
  /** A login was ended; `why`: by whom. */
  | "device_ended"
  | "account_created"
  | "account_deleted"
  | "phone_signed_in"
  | "phone_linked"
  | "passkey_added"
  | "passkey_removed"
  | "recovery_code_made"
  | "recovery_code_used"
  /** A replayed or stolen secret was used; `why`: which. */
  | "attack";

/** How much of a user's location is reported. */
export type EventDetail = "none" | "country" | "network";
