import { err, ok, type Result } from "../lib/result.ts";
import type { EnteredBy, PhoneDevice } from "./phone-sessions/phone-summary.ts";
import {
  inheritTrustDelay,
  rootOf,
  type OfPhone,
  type TrustDelay,
} from "./phone-sessions/trust-delay.ts";
import type { Redemption } from "./logins/redemption.ts";

/**
 * What is kept of an account, and what becomes of it: functions of their arguments, without clock,
 * randomness or storage. Instants are milliseconds since the epoch.
 */
export interface Profile {
  name: string;
  createdAt: number;
  /** When a confirmed phone or passkey was last used, to the day. Missing in accounts that are older than this field. */
  lastConfirmedUse?: number;
}

/** Which recovery code counts; what it is compared with is kept by its own object (recovery-codes.ts). */
export interface Recovery {
  locator: string;
  madeAt: number;
}

/** A passkey: WebAuthn Level 3 §4, "credential record". */
export interface Credential {
  /** base64url. */
  id: string;
  /** What its owner calls it. */
  name: string;
  /** COSE_Key, as the authenticator gave it. */
  publicKey: Uint8Array<ArrayBuffer>;
  counter: number;
  transports: string[];
  /** Whether it may leave its device: a property that never changes ("backup eligibility"). */
  deviceType: "singleDevice" | "multiDevice";
  backedUp: boolean;
  createdAt: number;
  lastUsedAt: number;
  /** When the newest sign-in ceremony that it was used in had begun. */
  newestCeremony: number;
  /** There where the phone that it was made on had yet to prove itself. */
  probation?: TrustDelay;
}

/** What a verified registration tells of a new passkey. */
export type MadeCredential = Pick<
  Credential,
  "id" | "publicKey" | "counter" | "transports" | "deviceType" | "backedUp"
>;

/** The same, with what its owner calls it. */
export type NewCredential = MadeCredential & Pick<Credential, "name" | "probation">;

/** What a verified assertion tells of the passkey that made it. */
export interface Assertion {
  counter: number;
  deviceType: Credential["deviceType"];
  backedUp: boolean;
}

/** A phone that stays signed in. */
export interface PhoneSession {
  /** What its owner calls it by: no secret, and nothing that follows from one. */
  id: string;
  /** base64url SHA-256 of the secret in the phone's cookie. */
  secretHash: string;
  createdAt: number;
  lastSeenAt: number;
  /** When the person proved who they are, for it to be opened. */
  authTime: number;
  /** How (RFC 8176). */
  amr: string[];
  by: EnteredBy;
  /** The passkey that opened it, or that was made on it. */
  credential?: string;
  /** There where it has yet to prove itself. */
  probation?: TrustDelay;
  /** How the code was redeemed that let it in. */
  link?: PhoneLink;
  /** When the newest ceremony had begun by which this phone added a passkey. */
  newestAddition?: number;
  device: PhoneDevice;
}

/** The redemption of a code that let a phone in. */
export interface PhoneLink extends Redemption {
  sessionId: string;
  /** What the phone's secret was derived with, from the code. */
  seed: string;
}

/** How a phone came in. */
export type Entry = Pick<PhoneSession, "amr" | "by" | "credential" | "probation" | "link">;

/** Confirmed phones that are signed in to one account at once; the one that was away for longest makes room. */
export const MAX_SESSIONS = 20;

/**
 * The same for the phones of one root while they have a trust delay: they have places of their own, so that they can't
 * use up those of the owner.
 */
export const MAX_SESSIONS_OF_ROOT = 5;

/** Milliseconds after which a phone that was not seen is signed out. */
export const IDLE_TTL = 90 * 24 * 3600 * 1000;

/** Milliseconds between two notes that a phone was seen: each is a write. */
export const SEEN_INTERVAL = 24 * 3600 * 1000;

export function newCredential(facts: NewCredential, now: number): Credential {
  return { ...facts, createdAt: now, lastUsedAt: now, newestCeremony: 0 };
}

/**
 * The passkey after it was used in a ceremony that began at `begunAt`.
 *
 * A challenge is good for one sign-in (WebAuthn §13.4.3), but nobody keeps a list of those that were
 * used: a passkey only takes ceremonies that began later than the newest one it was used in. So a
 * recorded answer is worth nothing once it, or any later one, was accepted, and if it never was, no
 * longer than its ceremony lives. The price: of two ceremonies begun at once, the older must be used first.
 */
export function usePasskey(
  credential: Credential,
  assertion: Assertion,
  begunAt: number,
  now: number,
): Result<Credential, "ceremony_used" | "passkey_invalid"> {
  if (begunAt <= credential.newestCeremony) return err("ceremony_used");

  // §7.2, "signature counter": one that doesn't grow tells of a copy, unless it is always zero.
  const counts = assertion.counter > 0 || credential.counter > 0;
  if (counts && assertion.counter <= credential.counter) return err("passkey_invalid");

  // §7.2, "backup eligibility": it is settled when the passkey is made.
  if (assertion.deviceType !== credential.deviceType) return err("passkey_invalid");

  const { counter, backedUp } = assertion;
  return ok({ ...credential, counter, backedUp, lastUsedAt: now, newestCeremony: begunAt });
}

/** Confirmed passkeys that one account may have. */
export const MAX_PASSKEYS = 20;

/** Passkeys of one root while it has a trust delay: they are counted apart, as phones are. */
export const MAX_PASSKEYS_OF_ROOT = 5;

/** Whether the account has no place for one more passkey that `phone` makes. */
export function isFull(credentials: readonly Credential[], phone: OfPhone, now: number): boolean {
  const root = rootOf(phone, now);
  const alike = credentials.filter((credential) => rootOf(credential, now) === root);
  return alike.length >= (root === undefined ? MAX_PASSKEYS : MAX_PASSKEYS_OF_ROOT);
}

/**
 * Whether a passkey that `phone` made in a ceremony begun at `begunAt` becomes one of the account's. A ceremony is of one
 * phone (routes/ceremony.ts) and counts once: only one that began later than the newest that this phone has used.
 */
export function checkAddPasskey(
  { id }: Pick<Credential, "id">,
  credentials: readonly Credential[],
  phone: Pick<PhoneSession, "probation" | "newestAddition">,
  begunAt: number,
  now: number,
): "ceremony_used" | "passkey_invalid" | "too_many_passkeys" | undefined {
  if (begunAt <= (phone.newestAddition ?? 0)) return "ceremony_used";
  // WebAuthn Level 3 §7.1, "credential ID": one that is there is never overwritten.
  if (credentials.some((known) => known.id === id)) return "passkey_invalid";
  return isFull(credentials, phone, now) ? "too_many_passkeys" : undefined;
}

/** Whether a passkey may go. The last one stays: without it nobody could sign in again. */
export function checkRemovePasskey(
  id: string,
  credentials: readonly Credential[],
): "passkey_unknown" | "last_passkey" | undefined {
  if (!credentials.some((known) => known.id === id)) return "passkey_unknown";
  return credentials.length === 1 ? "last_passkey" : undefined;
}

/**
 * How the person proved who they are: with a key; present ("user"); and, since user verification is required, with two
 * factors ("mfa"): having the device and unlocking it. A key that is copied to other devices is none that hardware
 * secures ("swk", RFC 8176 §2). Of another key nothing is known, since no attestation is asked for: "pop" leaves open
 * whether hardware secures it, and "hwk" would claim so (OpenID Connect EAP ACR Values 1.0 §3).
 */
export function amrOf({ deviceType }: Pick<Credential, "deviceType">): string[] {
  return [deviceType === "multiDevice" ? "swk" : "pop", "user", "mfa"];
}

/** A one-time code (RFC 8176 §2, "otp"). `root`: what names it and no other. */
export function entryByRecoveryCode(root: string, until: number): Entry {
  return { amr: ["otp"], by: "recovery_code", probation: { root, by: "recovery_code", until } };
}

/** Another phone's approval of a code that this one shows (RFC 8176 §2, "mca": more than one channel). */
export function entryByLink(link: PhoneLink, until: number): Entry {
  const by = "another_phone";
  return { amr: ["mca"], by, probation: { root: link.sessionId, by, until }, link };
}

export function entryByPasskey(credential: Credential, now: number): Entry {
  const amr = amrOf(credential);
  return { amr, by: "passkey", credential: credential.id, ...inheritTrustDelay(credential, now) };
}

export function newPhoneSession(
  phone: Pick<PhoneSession, "id" | "secretHash" | "device">,
  entry: Entry,
  now: number,
): PhoneSession {
  return { ...phone, createdAt: now, lastSeenAt: now, authTime: now, ...entry };
}

/**
 * The sessions that must go so that the newcomer's fits. Those that are over go first; then those longest unseen, among
 * the ones that share its places. So no phone makes room for one of another root, and a confirmed one for none but a
 * confirmed one.
 */
export function sessionsToEvict(
  sessions: readonly PhoneSession[],
  newcomer: OfPhone,
  now: number,
): { over: PhoneSession[]; evicted: PhoneSession[] } {
  const root = rootOf(newcomer, now);
  const places = root === undefined ? MAX_SESSIONS : MAX_SESSIONS_OF_ROOT;
  const evicted = sessions
    .filter((session) => !isExpired(session, now) && rootOf(session, now) === root)
    .toSorted((a, b) => b.lastSeenAt - a.lastSeenAt || b.createdAt - a.createdAt)
    .slice(places - 1);
  return { over: sessions.filter((session) => isExpired(session, now)), evicted };
}

/** The session of a phone that shows up at `now`: the same one unless that is worth a note. */
export function touch(session: PhoneSession, now: number): PhoneSession | undefined {
  if (isExpired(session, now)) return undefined;
  return now - session.lastSeenAt < SEEN_INTERVAL ? session : { ...session, lastSeenAt: now };
}

/** Whether it was away for so long that it is signed out. */
export function isExpired(session: PhoneSession, now: number): boolean {
  return now - session.lastSeenAt >= IDLE_TTL;
}
