import { defined } from "../../lib/defined.ts";
import type { Redemption } from "../logins/login-record.ts";
import { amrOf, type Credential } from "../passkeys/credential.ts";
import { inheritTrustDelay, rootOf, type HasTrustDelay, type TrustDelay } from "./trust-delay.ts";

/**
 * A phone that stays signed in. The functions here are pure. Instants are milliseconds since the epoch.
 */
export interface PhoneSession {
  /** Public: its owner refers to the phone by it. It is not derived from the secret. */
  id: string;
  /** base64url SHA-256 of the secret in the phone's cookie. */
  secretHash: string;
  createdAt: number;
  lastSeenAt: number;
  /** When the person authenticated to open this session. */
  authTime: number;
  /** How the person authenticated (RFC 8176). */
  amr: string[];
  by: SignInMethod;
  /** The passkey that opened it, or that was made on it. */
  credential?: string;
  /** Present until the phone is confirmed. */
  probation?: TrustDelay;
  /** The redemption of the code that signed it in. */
  link?: PhoneLink;
  /** When the newest ceremony began by which this phone has added a passkey. */
  newestAddition?: number;
  device: PhoneDevice;
  /** The sessions of the same browser that ended when this one began. */
  replaced?: ReplacedSession[];
}

/** A session that its browser has replaced by signing in again. What it has approved can still be redeemed. */
export interface ReplacedSession {
  secretHash: string;
  probation?: TrustDelay;
  /** When the codes that it has approved have expired. */
  until: number;
}

export type SignInMethod = "passkey" | "another_phone" | "recovery_code";

/** The phone and its place when it signed in. */
export interface PhoneDevice {
  browser?: string;
  system?: string;
  city?: string;
  /** ISO 3166-1 alpha-2. */
  country?: string;
}

/** The redemption of a code that signed a phone in. */
export interface PhoneLink extends Redemption {
  sessionId: string;
  /** The phone's secret was derived from it and the code. */
  seed: string;
}

/** How a phone signed in. */
export type Entry = Pick<PhoneSession, "amr" | "by" | "credential" | "probation" | "link">;

/** Confirmed phones that may be signed in to one account at once. The one that was unused for longest is evicted. */
export const MAX_SESSIONS = 20;

/** The same for phones of one root while it has a trust delay. They are counted apart, so that they evict none of the owner's. */
export const MAX_SESSIONS_OF_ROOT = 5;

/** Replaced sessions that one session keeps. */
const MAX_REPLACED = 5;

/** Milliseconds after which an unused phone is signed out. */
export const IDLE_TTL = 90 * 24 * 3600 * 1000;

/** Milliseconds between two updates of `lastSeenAt`: each is a write. */
export const SEEN_INTERVAL = 24 * 3600 * 1000;

/** A one-time code (RFC 8176 §2, "otp"). `root`: the code's locator. */
export function entryByRecoveryCode(root: string, until: number): Entry {
  const by = "recovery_code";
  return { amr: ["otp"], by, probation: { root, by, until } };
}

/** Another phone has approved a code that this one showed (RFC 8176 §2, "mca": more than one channel). */
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
 * The sessions to delete so that a new one fits: the expired ones, and those longest unused among the ones that share
 * its limit. So no phone evicts one of another root, and only confirmed phones evict confirmed ones.
 */
export function sessionsToEvict(
  sessions: readonly PhoneSession[],
  newcomer: HasTrustDelay,
  now: number,
): { expired: PhoneSession[]; evicted: PhoneSession[] } {
  const root = rootOf(newcomer, now);
  const limit = root === undefined ? MAX_SESSIONS : MAX_SESSIONS_OF_ROOT;
  const evicted = sessions
    .filter((session) => !isExpired(session, now) && rootOf(session, now) === root)
    .toSorted(byLastUse)
    .slice(limit - 1);
  return { expired: sessions.filter((session) => isExpired(session, now)), evicted };
}

/** The replaced sessions of the session that replaces `previous`. `ttl`: the longest lifetime of a code, in milliseconds. */
export function replacedBy(previous: PhoneSession, ttl: number, now: number): ReplacedSession[] {
  if (isExpired(previous, now)) return [];
  const { secretHash, probation, replaced = [] } = previous;
  const earlier = replaced.filter(({ until }) => now < until);
  const all = [{ secretHash, ...defined({ probation }), until: now + ttl }, ...earlier];
  return all.slice(0, MAX_REPLACED);
}

/**
 * The phone that approved a login, if it is signed in, also if its browser has replaced its session since. The trust delay
 * is that of the session which approved.
 */
export function findApprover(
  sessions: readonly PhoneSession[],
  secretHash: string,
  now: number,
): PhoneSession | undefined {
  for (const session of sessions) {
    if (isExpired(session, now)) continue;
    if (session.secretHash === secretHash) return session;
    const replaced = session.replaced?.find((one) => one.secretHash === secretHash);
    if (!replaced || now >= replaced.until) continue;
    const { probation: _, ...rest } = session;
    return { ...rest, ...defined({ probation: replaced.probation }) };
  }
  return undefined;
}

/** Sorts the session that was used last to the front. */
export function byLastUse(a: PhoneSession, b: PhoneSession): number {
  return b.lastSeenAt - a.lastSeenAt || b.createdAt - a.createdAt;
}

/** Updates `lastSeenAt`, at most once a day. Otherwise returns the same object; undefined for an expired session. */
export function touch(session: PhoneSession, now: number): PhoneSession | undefined {
  if (isExpired(session, now)) return undefined;
  return now - session.lastSeenAt < SEEN_INTERVAL ? session : { ...session, lastSeenAt: now };
}

export function isExpired(session: PhoneSession, now: number): boolean {
  return now - session.lastSeenAt >= IDLE_TTL;
}
