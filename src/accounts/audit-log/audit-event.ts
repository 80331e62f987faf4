/**
 * What an account remembers for its owner to read, beside its logins: those are lines of the history
 * themselves, by their records (login-record.ts), and cost no second row.
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
    /** Refused as too risky, with what spoke against it. */
    | { type: "login_refused"; reasons: { code: string }[] }
    /** By another of the account's phones; with the name of the passkey that it had come in by, if it is known. */
    | { type: "phone_signed_out"; name?: string }
    | { type: "passkey_added" | "passkey_renamed" | "passkey_removed"; name: string }
    | { type: "attack"; what: AttackType }
  );

/** What only somebody would do who has got hold of what isn't theirs, or tries to. */
export type AttackType =
  /** So many wrong tries on the recovery code that it was withdrawn. */
  | "recovery_code_guessed"
  /** A refresh token came that had been used before (RFC 9700 §4.14.2). */
  | "refresh_token_reused"
  /** A code came that had been redeemed before (RFC 6749 §4.1.2). */
  | "code_reused"
  /** A passkey signed something else than the request that it was presented for. */
  | "assertion_of_another_request"
  /** A passkey of somebody else signed. */
  | "assertion_of_another_account";

/** What is known of whom and where it was about. */
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
