/**
 * An event in the audit log of an account. Logins are not among them: their records (login-record.ts) are entries of
 * the log themselves, and cost no second row.
 */
export type AuditEvent = EventContext &
  (
    | {
        type:
          | "account_created"
          | "phone_signed_in"
          | "phone_linked"
          | "recovery_code_made"
          | "recovery_code_used"
          | "login_declined"
          | "match_wrong"
          | "code_repeated"
          | "notices_on"
          | "notices_off";
      }
    /** Refused as too risky, with the reasons. */
    | { type: "login_refused"; reasons: { code: string }[] }
    /** By another phone of the account; with the name of the passkey that it had signed in with. */
    | { type: "phone_signed_out"; name?: string }
    | { type: "passkey_added" | "passkey_renamed" | "passkey_removed"; name: string }
    | { type: "attack"; what: AttackType }
  );

/** What happens only if somebody has, or guesses, a secret of somebody else. */
export type AttackType =
  /** After so many wrong guesses the recovery code was withdrawn. */
  | "recovery_code_guessed"
  /** A spent refresh token was presented (RFC 9700 §4.14.2). */
  | "refresh_token_reused"
  /** A redeemed code was presented again (RFC 6749 §4.1.2). */
  | "code_reused"
  /** A passkey has signed another request than the one that it was presented for. */
  | "assertion_of_another_request"
  /** A passkey of another account has signed. */
  | "assertion_of_another_account";

/** The client, the login session and the device that an event is about. */
export interface EventContext {
  clientId?: string;
  /** The login session. */
  sid?: string;
  browser?: string;
  system?: string;
  city?: string;
  /** ISO 3166-1 alpha-2. */
  country?: string;
}
