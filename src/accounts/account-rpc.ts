import type { NewCredential } from "./account-state.ts";
import type { Grant } from "../login-session/domain/grant.ts";
import type { EventContext } from "./audit-log/audit-event.ts";
import type { PasskeySummary } from "./passkeys/passkey-manager.ts";
import type { AssertionResponse } from "./passkeys/passkey-schemas.ts";
import type { Ceremony } from "./passkeys/verify-passkey.ts";

/** What an account is told and answers, where that is more than a word. */

/** A phone that comes in: the hash of the secret that it will hold, and where it is. */
export interface PhoneSessionInit {
  secretHash: string;
  from?: EventContext;
}

export interface SignIn extends PhoneSessionInit {
  response: AssertionResponse;
  ceremony: Ceremony;
}

/** An assertion for one request of the account `sub`. */
export type StepUp = Pick<SignIn, "response" | "ceremony"> & { sub: string };

export interface Registration extends PhoneSessionInit {
  name: string;
  /** Verified by whoever sends it. */
  credential: NewCredential;
}

/** What a redeemed code gives: what its tokens are made from. */
export interface RedeemedLogin {
  grant: Grant;
  /** What the first refresh token is written with (oauth/refresh-token.ts), where there is one. */
  refreshReference?: string;
}

/** What a redeemed code gives that lets a phone in. */
export interface LinkedPhone extends SignedIn {
  /** What the secret in the phone's cookie is derived with, from the code. */
  seed: string;
}

/** What a refresh gives: what its tokens are made from, and what the next refresh token is written with. */
export interface Refreshed {
  grant: Grant;
  reference: string;
  serial: number;
}

/** What may be told of a refresh token to the client that it was issued to. */
export interface RefreshTokenInfo {
  clientId: string;
  scope: string;
  /** Whether a refresh with it would succeed. Otherwise it was good once. */
  isGood: boolean;
  /** Whether a refresh with it would be reuse, which ends the login. */
  isSpent: boolean;
  /** Milliseconds since the epoch. */
  expiresAt: number;
  /** Thumbprint of the key that it is bound to. */
  jkt?: string;
}

/** What a phone that is signed in may know of its account. */
export interface SignedIn {
  name: string;
}

/** A passkey as a phone sees it: by the one that is current, it is signed in itself. */
export type PasskeyListItem = PasskeySummary & { current: boolean };

/** What an account can be entered with. Instants are milliseconds since the epoch. */
export interface AuthenticationMethods {
  passkeys: PasskeyListItem[];
  /** Whether the phone that asks can't add one more. */
  isFull: boolean;
  recoveryCodeMadeAt?: number;
}
