import { hmacSha256 } from "../../lib/digest.ts";
import { timingSafeEqual } from "../../lib/timing-safe-equal.ts";
import { nonceKey } from "../keys/signing-key-cache.ts";

/**
 * Nonces for DPoP proofs (RFC 9449 §8), for clients whose clock is wrong. A nonce is the minute in which it was issued,
 * with a MAC. So every isolate can check it, and nothing is stored.
 *
 * Format: `<minutes since the epoch>.<HMAC-SHA256, base64url>`.
 */
const MINUTE = 60_000;

/** Minutes for which a nonce is accepted after its own. */
const LATER_MINUTES = 2;

/** The nonce of now. `now` is in milliseconds. */
export function currentNonce(env: Env, now: number): Promise<string> {
  return nonceOf(env, minuteOf(now));
}

/** When a nonce expires, in milliseconds since the epoch; undefined if it has expired, or is none of this server. */
export async function nonceExpiry(
  env: Env,
  nonce: string,
  now: number,
): Promise<number | undefined> {
  const [, digits] = /^(\d{1,10})\.[\w-]{43}$/.exec(nonce) ?? [];
  const minute = Number(digits);
  const until = (minute + 1 + LATER_MINUTES) * MINUTE;
  // The clock of another machine may be in the next minute already. NaN fails both comparisons.
  if (!(now < until && minute <= minuteOf(now) + 1)) return undefined;
  return timingSafeEqual(nonce, await nonceOf(env, minute)) ? until : undefined;
}

async function nonceOf(env: Env, minute: number): Promise<string> {
  return `${minute}.${await hmacSha256(await nonceKey(env), String(minute))}`;
}

function minuteOf(now: number): number {
  return Math.floor(now / MINUTE);
}
