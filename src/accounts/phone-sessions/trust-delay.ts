import type { Profile } from "../profile.ts";

/**
 * The trust delay of a new phone. A phone that was signed in by another phone's approval, or by a recovery code, may
 * belong to an attacker who has deceived the owner or found the code. Until the delay is over the phone is unconfirmed:
 * it may approve logins and add passkeys, but change nothing that existed before it (phone-permissions.ts). The functions
 * here are pure. Instants are milliseconds since the epoch.
 */
export interface TrustDelay {
  /**
   * The id of what signed the first phone in: the login session that was approved for it, or the recovery code's
   * locator. All that derives from that phone (passkeys, phones that sign in with them, logins that they approve) has
   * the same root.
   */
  root: string;
  by: "another_phone" | "recovery_code";
  until: number;
}

/** A phone, a passkey or a login on a screen. */
export interface HasTrustDelay {
  probation?: TrustDelay;
}

/** For how long an account counts as in use after a confirmed phone or passkey was used, in milliseconds. */
export const RECENTLY_USED = 30 * 24 * 3600 * 1000;

/** The root of something that has a trust delay now; otherwise undefined. */
export function rootOf({ probation }: HasTrustDelay, now: number): string | undefined {
  return isRunning(probation, now) ? probation.root : undefined;
}

/**
 * The roots that are revoked with `targets`, which the phone `actor` removes: those that have a trust delay, except its
 * own. Otherwise an attacker would keep what is left of the root, and could sign in again.
 */
export function rootsToRevoke(
  targets: readonly HasTrustDelay[],
  actor: HasTrustDelay,
  now: number,
): ReadonlySet<string> {
  const roots = new Set(targets.flatMap((target) => rootOf(target, now) ?? []));
  roots.delete(rootOf(actor, now) ?? "");
  return roots;
}

/**
 * Whether a phone or a passkey is unconfirmed. After a recovery the delay restricts a phone only if the account is in
 * use: then its owner would notice a thief. If nobody has used it for a month, the recovery code is the way back for an
 * owner who has lost everything else.
 */
export function isUnconfirmed(
  { probation }: HasTrustDelay,
  account: Pick<Profile, "lastConfirmedUse">,
  now: number,
): boolean {
  if (!isRunning(probation, now)) return false;
  return probation.by === "another_phone" || isInUse(account, now);
}

/** The trust delay for a passkey, a phone or a login that derives from something else. */
export function inheritTrustDelay({ probation }: HasTrustDelay, now: number): HasTrustDelay {
  return isRunning(probation, now) ? { probation } : {};
}

/**
 * The profile after a phone or a passkey was used. Stores a confirmed use, at most once per `interval`; otherwise
 * returns the same object. It is kept in the profile so that it outlives the phone's session.
 */
export function withUse(
  profile: Profile,
  used: HasTrustDelay,
  interval: number,
  now: number,
): Profile {
  const isStored = now - (profile.lastConfirmedUse ?? -Infinity) < interval;
  return isStored || isRunning(used.probation, now)
    ? profile
    : { ...profile, lastConfirmedUse: now };
}

/** An account that is older than this field counts as in use, so its recovered phones wait for the delay. */
function isInUse({ lastConfirmedUse }: Pick<Profile, "lastConfirmedUse">, now: number): boolean {
  return lastConfirmedUse === undefined || now - lastConfirmedUse < RECENTLY_USED;
}

function isRunning(probation: TrustDelay | undefined, now: number): probation is TrustDelay {
  return probation !== undefined && now < probation.until;
}
