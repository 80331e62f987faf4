import type { AccessTerms } from "./consent.ts";
import type { Policy } from "./risk/policy.ts";
import type { Assessment, AttemptCounters } from "./risk/assess-risk.ts";
import type { SignedApproval } from "./approval-statement.ts";

/**
 * One login session: one attempt to log one screen in.
 *
 * Instants are milliseconds since the epoch. Secrets are kept as base64url SHA-256 hashes, with one
 * exception: `qrKey` makes the rotating codes, so both sides must hold it; it only ever proves that
 * a QR code was seen.
 */
export type Session = LiveSession | ClosedSession;

export type LiveSession = PendingSession | ScannedSession | ApprovedSession;

export type Status = Session["status"];

/** What is settled when the session is created and never changes. */
export interface SessionParameters {
  /** The public name: the object's id, 43 characters of base64url. */
  id: string;
  clientId: string;
  /** Granted scopes, separated by spaces. */
  scope: string;
  nonce?: string;
  redirect?: Redirect;
  begunBy: ClientBinding;
  /** How long ago, in milliseconds, the approver may have signed in (OpenID Connect Core §3.1.2.1, max_age). */
  maxAge?: number;
  /** The only account that may approve, where the client asks for one (`id_token_hint`). */
  expectedSub?: string;
  /** Thumbprint of the only key whose holder may redeem the code, where the client named it (RFC 9449 §10). */
  dpopJkt?: string;
  /** Key of the rotating code, base64url of 32 bytes. */
  qrKey: string;
  watchTokenHash: string;
  /** Hash of the code without its sealed reference. The code counts for nothing until the session is approved. */
  codeHash: string;
  /** How long, in milliseconds, the code can be redeemed after the approval. */
  codeTtl: number;
  createdAt: number;
  expiresAt: number;
  /** Who asks: what the Worker saw of the screen. */
  screen: DeviceInfo;
  /** What the client asked of its logins when this one was begun. */
  policy: Policy;
  /** The pushed request that the session was begun with, by its public id (RFC 9126). */
  pushedRequest?: string;
  /** What an approval gives. Missing where an earlier version began the session. */
  access?: AccessTerms;
}

/** What whoever began the login proves that it was them, when they redeem the code. */
export type ClientBinding =
  /** The verifier of this PKCE challenge, S256 (RFC 7636 §4.2). */
  | { grant: "authorization_code"; codeChallenge: string }
  /** Nothing more: the code is a device code, and has never been anywhere else (RFC 8628 §3.2). */
  | { grant: "device_code" };

/** How the browser goes back to the client with the code, if the client uses redirects. */
export interface Redirect {
  uri: string;
  state?: string;
  /** By a query, or by a form that the page submits (OAuth 2.0 Form Post Response Mode). */
  mode: "query" | "form_post";
  /** Our own issuer, told with the code (RFC 9207). */
  issuer: string;
}

/** What a request tells of the device that sent it. Everything may be missing: nobody is obliged to say. */
export interface DeviceInfo {
  browser?: string;
  system?: string;
  ip?: string;
  /** Number and name of the network that the address belongs to. */
  asn?: number;
  network?: string;
  city?: string;
  region?: string;
  /** ISO 3166-1 alpha-2. */
  country?: string;
  latitude?: number;
  longitude?: number;
}

interface Versioned {
  /** Grows by one with every change that a watcher can see. */
  version: number;
}

export interface PendingSession extends SessionParameters, Versioned, AttemptCounters {
  status: "pending";
}

export interface ScannedSession extends SessionParameters, Versioned, AttemptCounters {
  status: "scanned";
  claim: ScanClaim;
}

export interface ApprovedSession extends SessionParameters, Versioned, AttemptCounters {
  status: "approved";
  claim: ScanClaim;
  approval: Approval;
}

/** The phone that scanned first, and so the only one that may decide. */
export interface ScanClaim {
  scanTokenHash: string;
  scannedAt: number;
  phone: DeviceInfo;
  /** There where the phone is the screen: its own browser asked to be logged in directly. */
  sameDevice?: true;
  /** How likely the screen is somebody else's, once it is known who holds the phone. */
  assessed?: RiskDecision;
}

/** An assessment, and what it asks for. It holds for one account: another one's is made anew. */
export interface RiskDecision extends Assessment {
  sub: string;
  /** The approver's phone, as in `AccountClaims`. */
  phone?: string;
  match?: NumberMatching;
  /** There where the approver must prove who they are once more. */
  stepUp?: true;
}

/** What shows that the two devices are side by side (RFC 10027 §6.1.16): it goes from one to the other by hand. */
export type NumberMatching =
  /** The screen shows two digits, which are typed on the phone with the approval. */
  | { by: "phone"; digits: string }
  /** The phone shows a code, which must have been typed on the screen before. */
  | { by: "screen"; code: string; done: boolean };

export interface Approval {
  account: AuthenticatedUser;
  approvedAt: number;
  codeExpiresAt: number;
  /** What was signed for it, where that was asked for. */
  proof?: SignedApproval;
  /**
   * The account, sealed (oauth/sealed-reference.ts): the part of the authorization code by which the
   * token endpoint finds the account when this session is gone. A device code has none.
   */
  accountReference?: string;
}

/** Who approved, as it was proven by the phone; what the tokens will say. */
export interface AuthenticatedUser {
  sub: string;
  name?: string;
  /** When the person signed in on the phone, milliseconds since the epoch. */
  authTime?: number;
  /** How, in the values of RFC 8176. */
  amr?: string[];
  acr?: string;
  /** As the issuer of the phone's token knows it. */
  email?: string;
  emailVerified?: boolean;
  /** Which of the account's signed-in phones it is: the hash of its cookie's secret. Nothing for an app of another issuer. */
  phone?: string;
}

/** What is left of a session that has ended: enough for a true answer to a late or repeated request. */
export interface ClosedSession extends Versioned {
  status: "redeemed" | "denied" | "cancelled" | "expired";
  id: string;
  clientId: string;
  watchTokenHash: string;
  codeHash: string;
  createdAt: number;
  expiresAt: number;
  endedAt: number;
  /** There where a phone had claimed the session before it ended. */
  claimed?: true;
  /** When nothing of it needs to be known any more. */
  wipeAt: number;
  /** Whose login it became, or would have: their account is asked about a code that comes again, and is told of repeats. */
  sub?: string;
  /** Their phone, as in `AccountClaims`. */
  phone?: string;
  /** There where somebody is told of repeats: what a code is checked with, since only a genuine one is. */
  qrKey?: string;
  /** Scans of its code that came too late, or after another. */
  repeats: number;
  /** There where a phone declined it: the hash of what it held the session by. */
  scanTokenHash?: string;
  /** What it was that declined it, where that was nobody's decision. */
  because?: DenialReason;
}

export type DenialReason = "match_wrong" | "code_repeated";

export function isClosed(session: Session): session is ClosedSession {
  switch (session.status) {
    case "pending":
    case "scanned":
    case "approved":
      return false;
    default:
      return true;
  }
}
