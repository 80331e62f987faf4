import type { LoginErrorCode } from "./errors.ts";
import type { Reason } from "./risk/reasons.ts";
import type { LoginHistory } from "./risk/assess-risk.ts";
import type { AuthenticatedUser, DeviceInfo, Session } from "./session.ts";
import type { SignedApproval } from "./approval-statement.ts";

/** What can be asked of a login session. Whatever takes a clock, randomness or I/O arrives here as a value. */
export type Command =
  | Scan
  | ViewRequest
  | Approve
  | { type: "deny"; scanTokenHash: string }
  /** What the phone shows is typed on the screen. */
  | { type: "match"; code: string }
  | { type: "cancel" }
  | Redeem;

/** What a browser shows of itself, beside the token that it got, or will get, when it scanned. */
export interface PresentedTokens {
  scanTokenHash: string;
  /** Hash of the watch token that it has in its cookie, if it has one: of the screen itself. */
  watchTokenHash?: string;
}

/** The phone asks about the session that it holds, signed in. */
export interface ViewRequest extends PresentedTokens, Approver {
  type: "look";
  drawn: MatchingCodes;
}

/** `scanTokenHash` is of the token that the phone will hold if it is first. */
export interface Scan extends PresentedTokens {
  type: "scan";
  proof: ScanProof;
  phone: DeviceInfo;
  /** Who holds the phone, where it is signed in. */
  approver?: Omit<Approver, "phone">;
  drawn: MatchingCodes;
}

export type ScanProof =
  /** A rotating code, and whether its MAC was right. */
  | { by: "qr"; t: number; macMatches: boolean }
  /** A typed code that led here. */
  | { by: "user_code" }
  /** The screen's own browser, which means to log in directly. */
  | { by: "same_device" };

/** Who may approve, and what is known of them. */
export interface Approver {
  account: AuthenticatedUser;
  standing: LoginHistory;
  phone: DeviceInfo;
}

/** Drawn at random before, for the case that matching is asked for. */
export interface MatchingCodes {
  /** Two. */
  digits: string;
  /** Four. */
  code: string;
}

export interface Approve extends PresentedTokens {
  type: "approve";
  account: AuthenticatedUser;
  phone: DeviceInfo;
  /** Needed where nobody has looked for this account yet. */
  standing?: LoginHistory;
  drawn: MatchingCodes;
  /** The digits that were typed on the phone. */
  match?: string;
  proof?: SignedApproval;
  /** The account, sealed for the code of this session. */
  accountReference?: string;
}

export interface Redeem {
  type: "redeem";
  codeHash: string;
  clientId: string;
  proof:
    | {
        grant: "authorization_code";
        /** base64url SHA-256 of the PKCE verifier (RFC 7636 §4.6). */
        verifierHash: string;
        /** Where the browser was sent with the code, as the request names it. */
        redirectUri?: string;
        /** Where it was sent for certain, if the client has only one. */
        onlyRedirectUri?: string;
      }
    | { grant: "device_code" };
  /** Thumbprint of the DPoP key that whoever redeems has shown to hold, if any. */
  jkt?: string;
}

/**
 * A command's outcome. `next` is what the session has become: after a refused command it is only there
 * where even the refusal must be remembered, as a wrong code or a repeated one must.
 */
export type Outcome = (
  { ok: true; next: Session } | { ok: false; error: LoginErrorCode; next?: Session }
) & {
  /** What the account's owner should find in its history. */
  noted?: AccountAuditEvent;
};

export interface AccountAuditEvent {
  type: "login_declined" | "login_refused" | "match_wrong" | "code_repeated";
  sub: string;
  /** The account's phone that holds the session (`AccountClaims.phone`), while that is known. */
  phone?: string;
  sessionId: string;
  clientId: string;
  /** What was to be logged in, while that is known. */
  screen?: DeviceInfo;
  /** What spoke against it. */
  reasons?: readonly Reason[];
}
