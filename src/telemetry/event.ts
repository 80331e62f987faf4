import type { DeviceInfo } from "../login-session/domain/device-info.ts";

/**
 * What happens here, as its operators are told it: which logins begin, how they end, and what is tried
 * against them. Not what a person did: that is in the person's own history.
 */
export interface OperatorEvent {
  type: EventType;
  /** Which client it was for. */
  client?: string | undefined;
  /** The login session, which is the login's name too. */
  session?: string | undefined;
  /** Why, or which way, by a short code of ours. */
  why?: string | undefined;
  /** What was thought of the two devices, and what spoke for and against. */
  verdict?: string | undefined;
  reasons?: readonly { readonly code: string }[] | undefined;
  /** The two devices, as the server saw them. How much of that is told is for the operator's policy. */
  screen?: DeviceInfo | undefined;
  phone?: DeviceInfo | undefined;
}

export type EventType =
  | "session_created"
  | "session_scanned"
  /** Somebody could not scan, approve or redeem: `why` has the problem's code. */
  | "session_refused"
  | "session_approved"
  | "session_denied"
  | "session_cancelled"
  /** Nobody came in time; `why` has how far it had got. */
  | "session_expired"
  | "session_redeemed"
  /** A login on a screen was ended; `why` has by whom. */
  | "device_ended"
  | "account_created"
  | "account_deleted"
  | "phone_signed_in"
  | "phone_linked"
  | "passkey_added"
  | "passkey_removed"
  | "recovery_code_made"
  | "recovery_code_used"
  /** Something was shown that only a thief would have, or tries to have; `why` has what. */
  | "attack";

/** How much of a person's place may be told. */
export type EventDetail = "none" | "country" | "network";
