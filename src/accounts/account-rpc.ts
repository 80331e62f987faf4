import type { Grant } from "../login-session/domain/grant.ts";
import type { AssertionResponse } from "../protocol/webauthn.ts";
import type { EventContext } from "./audit-log/audit-event.ts";
import type { NewCredential } from "./passkeys/credential.ts";
import type { Ceremony } from "./passkeys/verify-passkey.ts";

/** Parameters and results of an account's RPC methods. Instants are milliseconds since the epoch. */

/** A phone that signs in: the hash of its new secret, and its device and place. */
export interface PhoneSessionInit {
  secretHash: string;
  from?: EventContext;
  /** The hash of the secret in the browser's cookie. If it is of the same account, its session ends. */
  replaces?: string;
}

export interface SignIn extends PhoneSessionInit {
  response: AssertionResponse;
  ceremony: Ceremony;
}

/** An assertion for one request of the account `sub`. */
export type StepUp = Pick<SignIn, "response" | "ceremony"> & { sub: string };

export interface Registration extends PhoneSessionInit {
  name: string;
  /** Verified by the caller. */
  credential: NewCredential;
}

/** A phone that is signed in to a built-in account. */
export interface SignedIn {
  name: string;
}

/** The tokens of a redeemed code are made from this. */
export interface RedeemedLogin {
  grant: Grant;
  /** The first refresh token begins with it (oidc/token/refresh-token.ts). Missing if there is none. */
  refreshReference?: string;
}

/** The tokens of a refresh are made from this. */
export interface Refreshed {
  grant: Grant;
  /** The next refresh token begins with it. */
  reference: string;
  serial: number;
}

/** A phone that was signed in by a code. */
export interface LinkedPhone extends SignedIn {
  /** The phone's secret is derived from it and the code. */
  seed: string;
}

/** Why a code signs no phone in. */
export type LinkError = "login_ended" | "approver_signed_out" | "phone_unconfirmed";

/** Introspection of a refresh token, for the client that it was issued to. */
export interface RefreshTokenInfo {
  clientId: string;
  scope: string;
  /** Whether a refresh with it would succeed. */
  isGood: boolean;
  /** Whether a refresh with it would be reuse, which ends the login. */
  isSpent: boolean;
  expiresAt: number;
  /** Thumbprint of the DPoP key that it is bound to. */
  jkt?: string;
}

/** A passkey, as its owner sees it. */
export interface PasskeySummary {
  id: string;
  name: string;
  createdAt: number;
  lastUsedAt: number;
  /** Whether it is copied to other devices. */
  synced: boolean;
  transports: string[];
  /** Whether the phone that sent the request is signed in with it. */
  current: boolean;
  /** Whether an unconfirmed phone has added it, and its trust delay is not over. */
  unconfirmed: boolean;
}

/** The ways to sign in to an account. */
export interface AuthenticationMethods {
  passkeys: PasskeySummary[];
  /** Whether the phone that sent the request can add no more passkeys. */
  isFull: boolean;
  /** Whether the phone that sent the request is unconfirmed. */
  isPhoneUnconfirmed: boolean;
  recoveryCodeMadeAt?: number;
}
