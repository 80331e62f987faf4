import { err, ok, type Result } from "../../lib/result.ts";
import {
  isUnconfirmed,
  rootOf,
  type HasTrustDelay,
  type TrustDelay,
} from "../phone-sessions/trust-delay.ts";
import type { Profile } from "../profile.ts";

/**
 * A passkey: WebAuthn Level 3 §4, "credential record". The functions here are pure. Instants are milliseconds since
 * the epoch.
 */
export interface Credential {
  /** base64url. */
  id: string;
  /** Chosen by its owner, or made of the browser and system. */
  name: string;
  /** COSE_Key, as the authenticator sent it. */
  publicKey: Uint8Array<ArrayBuffer>;
  counter: number;
  transports: string[];
  /** Whether it may be copied to other devices; this never changes (§4, "backup eligibility"). */
  deviceType: "singleDevice" | "multiDevice";
  backedUp: boolean;
  createdAt: number;
  lastUsedAt: number;
  /** When the newest ceremony began that it was used in. */
  newestCeremony: number;
  /** The trust delay of the phone that it was made on. */
  probation?: TrustDelay;
}

/** The result of a verified registration. */
export type MadeCredential = Pick<
  Credential,
  "id" | "publicKey" | "counter" | "transports" | "deviceType" | "backedUp"
>;

/** The same, with a name. */
export type NewCredential = MadeCredential & Pick<Credential, "name" | "probation">;

/** A passkey that is added to an account. `chosenName`: the name that the phone has sent. */
export type AddedPasskey = MadeCredential & Pick<Credential, "name"> & { chosenName?: string };

/** The result of a verified assertion. */
export interface Assertion {
  counter: number;
  deviceType: Credential["deviceType"];
  backedUp: boolean;
}

/** Why a passkey, or a response of one, is rejected. */
export interface PasskeyRejection {
  code: "account_unknown" | "passkey_invalid" | "ceremony_used";
  /** Which check failed: a code of ours, or the message of SimpleWebAuthn. Logged, and never sent. */
  reason: string;
}

export const rejectPasskey = (code: PasskeyRejection["code"], reason: string) =>
  err<PasskeyRejection>({ code, reason });

/** Confirmed passkeys that one account may have. */
export const MAX_PASSKEYS = 20;

/** Passkeys of one root while it has a trust delay. They are counted apart, as phones are. */
export const MAX_PASSKEYS_OF_ROOT = 5;

export function newCredential(made: NewCredential, now: number): Credential {
  return { ...made, createdAt: now, lastUsedAt: now, newestCeremony: 0 };
}

/**
 * The passkey after it was used in a ceremony that began at `begunAt`.
 *
 * A challenge may be used once (WebAuthn §13.4.3), but no list of used challenges is kept: a passkey only accepts
 * ceremonies that began later than the newest one it was used in. So a recorded response is worthless once it, or any
 * later one, was accepted; otherwise it expires with its ceremony. The price: of two ceremonies that are open at once,
 * the older must be used first.
 */
export function usePasskey(
  credential: Credential,
  assertion: Assertion,
  begunAt: number,
  now: number,
): Result<Credential, PasskeyRejection> {
  if (begunAt <= credential.newestCeremony) {
    return rejectPasskey("ceremony_used", "ceremony_not_newer");
  }

  // §7.2, "signature counter": one that doesn't grow indicates a copy, unless it is always zero.
  const counts = assertion.counter > 0 || credential.counter > 0;
  if (counts && assertion.counter <= credential.counter) {
    return rejectPasskey("passkey_invalid", "signature_counter_not_increased");
  }

  // §7.2, "backup eligibility": it is fixed when the passkey is made.
  if (assertion.deviceType !== credential.deviceType) {
    return rejectPasskey("passkey_invalid", "backup_eligibility_changed");
  }

  const { counter, backedUp } = assertion;
  return ok({ ...credential, counter, backedUp, lastUsedAt: now, newestCeremony: begunAt });
}

/** Whether the account has no room for another passkey made by `phone`. */
export function isFull(
  credentials: readonly Credential[],
  phone: HasTrustDelay,
  now: number,
): boolean {
  const root = rootOf(phone, now);
  const sameRoot = credentials.filter((credential) => rootOf(credential, now) === root);
  return sameRoot.length >= (root === undefined ? MAX_PASSKEYS : MAX_PASSKEYS_OF_ROOT);
}

/**
 * Checks that `phone` may add a passkey, made in a ceremony that began at `begunAt`. A ceremony belongs to one phone
 * (routes/account/webauthn-challenge-cookie.ts) and counts once: it must be newer than the last one that this phone used.
 */
export function checkAddPasskey(
  { id }: Pick<Credential, "id">,
  credentials: readonly Credential[],
  phone: HasTrustDelay & { newestAddition?: number },
  begunAt: number,
  now: number,
): Result<null, PasskeyRejection | "too_many_passkeys"> {
  if (begunAt <= (phone.newestAddition ?? 0)) {
    return rejectPasskey("ceremony_used", "ceremony_not_newer");
  }
  // WebAuthn Level 3 §7.1, "credential ID": an existing one is never overwritten.
  if (credentials.some((known) => known.id === id)) {
    return rejectPasskey("passkey_invalid", "credential_id_exists");
  }
  return isFull(credentials, phone, now) ? err("too_many_passkeys") : ok(null);
}

/**
 * Checks that a passkey may be removed. The last confirmed one may not: the owner could not sign in any more. Unconfirmed
 * passkeys don't count, since they may be an attacker's, and each of them may be removed.
 */
export function checkRemovePasskey(
  id: string,
  credentials: readonly Credential[],
  account: Pick<Profile, "lastConfirmedUse">,
  now: number,
): Result<null, "passkey_unknown" | "last_passkey"> {
  const passkey = credentials.find((known) => known.id === id);
  if (!passkey) return err("passkey_unknown");
  if (isUnconfirmed(passkey, account, now)) return ok(null);
  const isOtherConfirmed = credentials.some(
    (other) => other.id !== id && !isUnconfirmed(other, account, now),
  );
  return isOtherConfirmed ? ok(null) : err("last_passkey");
}

/**
 * The passkeys whose trust delay ends now, because the last one without a delay was removed. That is only possible in an
 * account that was not in use when it was recovered. Its new passkeys must not become unconfirmed if it is used again,
 * because then it would have no confirmed passkey.
 */
export function passkeysToConfirm(
  remaining: readonly Credential[],
  account: Pick<Profile, "lastConfirmedUse">,
  now: number,
): Credential[] {
  if (remaining.some((passkey) => rootOf(passkey, now) === undefined)) return [];
  return remaining
    .filter((passkey) => !isUnconfirmed(passkey, account, now))
    .map((passkey) => {
      const { probation: _, ...confirmed } = passkey;
      return confirmed;
    });
}

/**
 * The authentication methods of a sign-in with a passkey (RFC 8176 §2): a key; presence ("user"); and, since user
 * verification is required, two factors ("mfa"). A key that is copied to other devices is not secured by hardware
 * ("swk"). About any other key nothing is known, since no attestation is requested: "pop" leaves open whether it is
 * in hardware, while "hwk" would claim so (OpenID Connect EAP ACR Values 1.0 §3).
 */
export function amrOf({ deviceType }: Pick<Credential, "deviceType">): string[] {
  return [deviceType === "multiDevice" ? "swk" : "pop", "user", "mfa"];
}
