import type { Credential, PhoneSession } from "./account-state.ts";

/**
 * A phone that was let in by another one's approval, or by the code on paper, may be somebody else's: the owner
 * was talked into it, or the paper was found. Until they have had the time to see it and to end it, it
 * may do what a phone does, and not lock them out. Functions of their arguments; instants are
 * milliseconds since the epoch.
 */
export interface Probation {
  /** What let the first phone in: a login session, or that phone by its own name. What comes of it has the same. */
  root: string;
  by: "another_phone" | "recovery_code";
  until: number;
}

/** What an account is entered with. */
export interface Entrants {
  sessions: readonly PhoneSession[];
  credentials: readonly Credential[];
}

/** How long ago somebody was there who would see what a recovery code lets in, in milliseconds. */
export const RECENTLY_USED = 30 * 24 * 3600 * 1000;

/**
 * Whether what has this probation is unconfirmed still. Who had to take the code on paper because all else
 * is lost has nobody to wait for; where the account is in use, it may be that of a thief.
 */
export function isUnconfirmed(
  { probation }: { probation?: Probation },
  entrants: Entrants,
  now: number,
): boolean {
  if (!isRunning(probation, now)) return false;
  return probation.by === "another_phone" || isInUse(entrants, now);
}

/** What a passkey, or a phone that it lets in, has of the one that it came of. */
export function inherited(
  { probation }: { probation?: Probation },
  now: number,
): { probation?: Probation } {
  return isRunning(probation, now) ? { probation } : {};
}

function isInUse({ sessions, credentials }: Entrants, now: number): boolean {
  const since = now - RECENTLY_USED;
  return (
    sessions.some(
      ({ probation, lastSeenAt }) => !isRunning(probation, now) && lastSeenAt > since,
    ) ||
    credentials.some(
      ({ probation, lastUsedAt }) => !isRunning(probation, now) && lastUsedAt > since,
    )
  );
}

function isRunning(probation: Probation | undefined, now: number): probation is Probation {
  return probation !== undefined && now < probation.until;
}
