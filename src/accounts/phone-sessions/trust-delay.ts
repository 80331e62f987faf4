import type { Profile } from "../account-state.ts";

/**
 * The trust delay of a new phone. A phone that was let in by another phone's approval, or by a recovery code, may be a
 * stranger's: the owner was deceived, or the code was found. Until the delay is over the phone is unconfirmed: it may
 * approve logins and make passkeys, but change nothing that was there before it. What it may do is decided in
 * authorize-phone.ts. Functions of their arguments; instants are milliseconds since the epoch.
 */
export interface TrustDelay {
  /**
   * What let the first phone in: the login session that was approved for it, or the recovery code's locator. All that
   * comes of that phone (passkeys, phones that sign in by them, screens that they log in) has the same root.
   */
  root: string;
  by: "another_phone" | "recovery_code";
  until: number;
}

/** What may come of a new phone: another phone, a passkey, a login on a screen. */
export interface OfPhone {
  probation?: TrustDelay;
}

/** For how long an account counts as in use after a confirmed phone or passkey was used, in milliseconds. */
export const RECENTLY_USED = 30 * 24 * 3600 * 1000;

/** The root of what still has a trust delay. Undefined where it never had one, or where it is over. */
export function rootOf({ probation }: OfPhone, now: number): string | undefined {
  return isRunning(probation, now) ? probation.root : undefined;
}

/**
 * Whether a phone or a passkey is unconfirmed. After a recovery the delay restricts a phone only where the account is
 * in use: then somebody is there who would notice a thief. Where nobody has used it for a month, the code is the way
 * back for an owner who has lost everything else.
 */
export function isUnconfirmed(
  { probation }: OfPhone,
  account: Pick<Profile, "lastConfirmedUse">,
  now: number,
): boolean {
  if (!isRunning(probation, now)) return false;
  return probation.by === "another_phone" || isInUse(account, now);
}

/** The trust delay that a passkey, a phone or a login gets from what it comes of. */
export function inheritTrustDelay({ probation }: OfPhone, now: number): OfPhone {
  return isRunning(probation, now) ? { probation } : {};
}

/**
 * The account's profile after a phone or a passkey was used: the same one, unless that is a confirmed use to be stored,
 * which happens once a day at most. Kept in the profile, so that it stays true when the phone is signed out.
 */
export function withUse(profile: Profile, used: OfPhone, interval: number, now: number): Profile {
  const isStored = now - (profile.lastConfirmedUse ?? -Infinity) < interval;
  return isStored || isRunning(used.probation, now)
    ? profile
    : { ...profile, lastConfirmedUse: now };
}

/** An account that was created before this was stored counts as in use: its recovered phones wait for the delay. */
function isInUse({ lastConfirmedUse }: Pick<Profile, "lastConfirmedUse">, now: number): boolean {
  return lastConfirmedUse === undefined || now - lastConfirmedUse < RECENTLY_USED;
}

function isRunning(probation: TrustDelay | undefined, now: number): probation is TrustDelay {
  return probation !== undefined && now < probation.until;
}
