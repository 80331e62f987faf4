import type { Reason } from "../../protocol/risk.ts";
import type { AuthenticatedUser } from "./authenticated-user.ts";
import type { DeviceInfo } from "./device-info.ts";
import type { LoginError } from "./errors.ts";
import type { RequestedResources } from "./resources.ts";
import type { LoginHistory } from "./risk/assess-risk.ts";
import type { Session } from "./session.ts";
import type { SignedApproval } from "./signed-approval.ts";

/** What a login session can be asked to do. Whatever needs a clock, randomness or I/O is passed in as a value. */
export type Command =
  | Scan
  | ViewRequest
  | Approve
  | { type: "deny"; scanTokenHash: string }
  /** The code that the phone shows was typed on the screen. */
  | { type: "match"; code: string }
  | { type: "cancel" }
  | SignOn
  | Redeem;

/** The tokens of the browser that sends a command. */
export interface PresentedTokens {
  scanTokenHash: string;
  /** Hash of the watch token in its cookie. A browser has one if it is a screen. */
  watchTokenHash?: string;
}

/** Who may approve, and what the risk assessment needs to know. */
export interface Approver {
  account: AuthenticatedUser;
  history: LoginHistory;
  /** The phone. */
  device: DeviceInfo;
}

/** Random codes, in case the session requires number matching. */
export interface MatchingCodes {
  /** Two digits. */
  digits: string;
  /** Four digits. */
  code: string;
}

/** `scanTokenHash` belongs to the token that the phone receives if it is the first. */
export interface Scan extends PresentedTokens {
  type: "scan";
  proof: ScanProof;
  device: DeviceInfo;
  /** Present if the phone is signed in. */
  approver?: Approver;
  matchingCodes: MatchingCodes;
}

export type ScanProof =
  /** A rotating code, and whether its MAC was right. */
  | { by: "qr"; t: number; macMatches: boolean }
  /** A typed code, which was resolved to this session. */
  | { by: "user_code" }
  /** The screen's own browser, which asks to be logged in directly. */
  | { by: "same_device" };

/** The phone that scanned, signed in, reads the request. */
export interface ViewRequest extends PresentedTokens {
  type: "view";
  approver: Approver;
  matchingCodes: MatchingCodes;
}

export interface Approve extends PresentedTokens {
  type: "approve";
  approver: Approver;
  matchingCodes: MatchingCodes;
  /** The digits that were typed on the phone. */
  match?: string;
  proof?: SignedApproval;
  /** The account, sealed for the code of this session. */
  accountReference?: string;
}

/** The browser is logged in here already: the session is approved without a phone (single-sign-on.ts). */
export interface SignOn {
  type: "sign_on";
  /** As the phone's approval, by which the browser was logged in, proved it. */
  account: AuthenticatedUser;
  browserSession: string;
  /** The account, sealed for the code of this session. */
  accountReference: string;
  /** Of a token that nobody has, since no phone scans this session. */
  scanTokenHash: string;
}

export interface Redeem {
  type: "redeem";
  codeHash: string;
  clientId: string;
  proof:
    | {
        grant: "authorization_code";
        /** base64url SHA-256 of the PKCE verifier (RFC 7636 §4.6), if the request has one. */
        verifierHash?: string;
        /** The redirect URI that the token request names. */
        redirectUri?: string;
        /** The client's redirect URI, if it has only one. */
        onlyRedirectUri?: string;
      }
    | { grant: "device_code" };
  /** Thumbprint of the DPoP key that the request proved, if any. */
  jkt?: string;
  /** What the access token is to be for, if the request names it. */
  resources?: RequestedResources;
}

/**
 * The result of a command. `next` is the session after it. A refused command has one only if it changed
 * the session too, as a wrong or a repeated code does.
 */
export type Outcome = (
  { ok: true; next: Session } | { ok: false; error: LoginError; next?: Session }
) & {
  /** An event for the history of the account. */
  auditEvent?: AccountAuditEvent;
};

export interface AccountAuditEvent {
  type: "login_declined" | "login_refused" | "match_wrong" | "code_repeated";
  sub: string;
  /** The account's phone that claimed the session (`AuthenticatedUser.phone`), if it is known. */
  phone?: string;
  sessionId: string;
  clientId: string;
  /** The device that was to be logged in, if it is known. */
  screen?: DeviceInfo;
  /** Why the login was refused. */
  reasons?: readonly Reason[];
}
