import type { AuthenticatedUser } from "./authenticated-user.ts";
import type { AccessTerms } from "./consent.ts";
import type { DeviceInfo } from "./device-info.ts";
import type { RequestedClaims } from "./requested-claims.ts";
import type { AttemptCounters } from "./risk/assess-risk.ts";
import type { Policy } from "./risk/policy.ts";
import type { RiskAssessment } from "../../protocol/risk.ts";
import type { TerminalStatus } from "../../protocol/snapshot.ts";
import type { SignedApproval } from "./signed-approval.ts";

/**
 * One login session: one attempt to log one screen in.
 *
 * Instants are milliseconds since the epoch. Secrets are stored as base64url SHA-256 hashes. The one
 * exception is `qrKey`: both sides need it for the rotating codes, and it only proves that a QR code
 * was seen.
 */
export type Session = LiveSession | ClosedSession;

export type LiveSession = PendingSession | ScannedSession | ApprovedSession;

/** What the Worker decides about a login before the session is created. */
export interface SessionParameters {
  clientId: string;
  /** Granted scopes, separated by spaces. */
  scope: string;
  /** What the client asks for in addition to the claims of its scope. */
  claims?: RequestedClaims;
  /** What its access tokens are for. Missing if it is our issuer alone. */
  resources?: string[];
  nonce?: string;
  redirect?: Redirect;
  begunBy: ClientBinding;
  /** How long ago, in milliseconds, the approver may have signed in (OpenID Connect Core §3.1.2.1, max_age). */
  maxAge?: number;
  /** The only account that may approve, if the client names one (`id_token_hint`, or `sub` in `claims`). */
  expectedSub?: string;
  /** The only accounts that may approve, if the client names several. */
  allowedSubs?: string[];
  /** One of these must be the approver's `acr` (OpenID Connect Core §5.5.1.1). */
  requiredAcr?: string[];
  /** Thumbprint of the only key whose holder may redeem the code, if the client named it (RFC 9449 §10). */
  dpopJkt?: string;
  /** How long, in milliseconds, the code can be redeemed after the approval; a device code at least. */
  codeTtl: number;
  /** The device that is to be logged in. */
  screen: DeviceInfo;
  /** The client's policy when the session was created. */
  policy: Policy;
  /** Public id of the pushed request that the session was created from (RFC 9126). */
  pushedRequest?: string;
  /** What an approval grants. Missing in a session that an earlier version created. */
  access?: AccessTerms;
}

/** What the client must prove when it redeems the code. */
export type ClientBinding =
  /**
   * That it has the verifier of this PKCE challenge, S256 (RFC 7636 §4.2). Without a challenge only its
   * authentication: such a client is confidential.
   */
  | { grant: "authorization_code"; codeChallenge?: string }
  /** Nothing more: the code is a device code, which only the device has ever had (RFC 8628 §3.2). */
  | { grant: "device_code" };

/** How the browser takes the code to the client, if the client uses redirects. */
export interface Redirect {
  uri: string;
  state?: string;
  /** By a query, a fragment, or a form that the page submits (OAuth 2.0 Form Post Response Mode). */
  mode: ResponseMode;
  /** Our own issuer, sent with the code (RFC 9207). */
  issuer: string;
}

export type ResponseMode = "query" | "fragment" | "form_post";

interface Versioned {
  /** Grows by one with every change that a watcher can see. */
  version: number;
}

/** What a session has until it ends. */
interface OpenSession extends SessionParameters, Versioned, AttemptCounters {
  /** The public name: the object's id, 43 characters of base64url. */
  id: string;
  /** Key of the rotating code, base64url of 32 bytes. */
  qrKey: string;
  watchTokenHash: string;
  /** Hash of the code without its sealed reference. The code is valid once the session is approved. */
  codeHash: string;
  createdAt: number;
  expiresAt: number;
}

export interface PendingSession extends OpenSession {
  status: "pending";
}

export interface ScannedSession extends OpenSession {
  status: "scanned";
  claim: ScanClaim;
}

export interface ApprovedSession extends OpenSession {
  status: "approved";
  claim: ScanClaim;
  approval: Approval;
}

/** The phone that scanned first. Only this phone may decide. */
export interface ScanClaim {
  scanTokenHash: string;
  scannedAt: number;
  phone: DeviceInfo;
  /** Present if the phone is the screen: its own browser asked to be logged in directly. */
  sameDevice?: true;
  /** The risk, once it is known which account the phone belongs to. */
  assessed?: RiskDecision;
}

/** A risk assessment for one account, and what it requires. Another account is assessed separately. */
export interface RiskDecision extends RiskAssessment {
  sub: string;
  /** The approver's phone (`AuthenticatedUser.phone`). */
  phone?: string;
  match?: NumberMatching;
  /** Present if the approver must authenticate again. */
  stepUp?: true;
}

/** Number matching shows that the two devices are in one place (RFC 10027 §6.1.16): a person copies digits by hand. */
export type NumberMatching =
  /** The screen shows two digits, which are typed on the phone with the approval. */
  | { by: "phone"; digits: string }
  /** The phone shows a code, which must be typed on the screen before the approval. */
  | { by: "screen"; code: string; done: boolean };

export interface Approval {
  account: AuthenticatedUser;
  approvedAt: number;
  codeExpiresAt: number;
  /** The signed statement, if one was required. */
  proof?: SignedApproval;
  /**
   * The account, sealed (oidc/token/code-reference.ts): the part of the authorization code by which the
   * token endpoint finds the account when this session is deleted. A device code has none.
   */
  accountReference?: string;
  /** Present if no phone approved it: the id of the browser session by which it was approved (single-sign-on.ts). */
  browserSession?: string;
}

/** What is stored of a session after its end: enough to answer late or repeated requests correctly. */
export interface ClosedSession extends Versioned {
  status: TerminalStatus;
  id: string;
  clientId: string;
  watchTokenHash: string;
  codeHash: string;
  createdAt: number;
  expiresAt: number;
  endedAt: number;
  /** Present if a phone had claimed the session before it ended. */
  claimed?: true;
  /** When it can be deleted. */
  wipeAt: number;
  /** The account of the login, if it is known. It decides about a repeated code, and records repeated scans. */
  sub?: string;
  /** Its phone (`AuthenticatedUser.phone`). */
  phone?: string;
  /** Present if the account is to be informed of repeated scans: only a genuine code counts as one. */
  qrKey?: string;
  /** Scans of its code that came too late, or after another scan. */
  repeats: number;
  /** Present if a phone denied the login: the hash of that phone's scan token. */
  scanTokenHash?: string;
  /** Why the login was denied, if no person decided so. */
  because?: DenialReason;
}

export type DenialReason = "match_wrong" | "code_repeated";
