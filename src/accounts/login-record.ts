import type { Config } from "../config.ts";
import { refusal, success, type Result } from "../login/errors.ts";
import type { Grant } from "../login/grant.ts";
import type { Redemption } from "./redemption.ts";
import type { RefreshFamily } from "./refresh-family.ts";

/**
 * What an account remembers of each screen that was logged in through it, and what becomes of that:
 * functions of their arguments, without clock, randomness or storage. Instants are milliseconds since
 * the epoch.
 *
 * The record is the one authority on whether a login still counts: access tokens are good while it
 * is, refresh tokens are its, and ending it ends them all. It is also the login's line in the history,
 * so it outlives its login, and a login costs one row.
 */
export type LoginRecord = ActiveLogin | EndedLogin;

export interface ActiveLogin {
  status: "active";
  /** What its tokens are made from; `sessionId` is the login's name, `sid` in tokens. */
  grant: Grant;
  lastSeenAt: number;
  /** When it ends, however much it is used. */
  expiresAt: number;
  /** How long it may be unused, in milliseconds. */
  idleTtl: number;
  /** How long it is remembered after its end, in milliseconds. */
  keptFor: number;
  /** Until then the owner is asked whether this was them. */
  unconfirmedUntil: number;
  confirmedAt?: number;
  /** The family of refresh tokens, where the scope has offline_access. */
  refresh?: RefreshFamily;
  /** How its code was redeemed. */
  redemption?: Redemption;
}

/** A login that a screen has just got tokens for. */
export type NewLogin = Pick<ActiveLogin, "grant" | "expiresAt" | "refresh"> & {
  /** How its code is being redeemed; the account says when. */
  redemption?: Omit<Redemption, "redeemedAt">;
};

/** What ended a login: its owner, who may say that it never was theirs; its client; or this server. */
export type EndedBy = "owner" | "stranger" | "client" | "server";

export interface EndedLogin {
  status: "ended";
  /** Nothing where the end came before the login was known. */
  grant?: Grant;
  confirmedAt?: number;
  endedAt: number;
  endedBy: EndedBy;
  forgetAt: number;
}

/** How long a login lasts and is remembered, as it is configured: milliseconds. */
export type LoginTerms = Pick<Config, "deviceIdleTtl" | "unconfirmedTtl" | "historyTtl">;

/** Milliseconds between two notes that a login was used: each is a write. */
export const SEEN_INTERVAL = 3600 * 1000;

/** How long an end is remembered whose login isn't known, in milliseconds: longer than any code or token of it lives. */
export const UNKNOWN_TTL = 2 * 3600 * 1000;

/** Rows of logins that one account has at most, those that have ended among them. */
export const MAX_RECORDS = 1000;

/** The record of a login that just began; refused where it was ended before it was known. */
export function begin(
  known: LoginRecord | undefined,
  { redemption, ...login }: NewLogin,
  { deviceIdleTtl, unconfirmedTtl, historyTtl }: LoginTerms,
  now: number,
): Result<ActiveLogin, "login_ended"> {
  // Its code was void before it was redeemed.
  if (known) return refusal("login_ended");
  return success({
    ...login,
    ...(redemption === undefined ? {} : { redemption: { ...redemption, redeemedAt: now } }),
    status: "active",
    lastSeenAt: now,
    idleTtl: deviceIdleTtl,
    keptFor: historyTtl,
    unconfirmedUntil: now + unconfirmedTtl,
  });
}

/** When a login ends by itself, unless it is used again before. */
export function endsAt({ expiresAt, lastSeenAt, idleTtl }: ActiveLogin): number {
  return Math.min(expiresAt, lastSeenAt + idleTtl);
}

/** Whether what a login gave is good at `now`. */
export function isActive(record: LoginRecord | undefined, now: number): record is ActiveLogin {
  return record?.status === "active" && now < endsAt(record);
}

/** The login that was used at `now`: the same one unless that is worth a note. */
export function used(login: ActiveLogin, now: number): ActiveLogin {
  return now - login.lastSeenAt < SEEN_INTERVAL ? login : { ...login, lastSeenAt: now };
}

/** The login whose owner says that it is theirs. */
export function confirmed(login: ActiveLogin, now: number): ActiveLogin {
  return login.confirmedAt === undefined ? { ...login, confirmedAt: now } : login;
}

/** Whether its owner has not said yet that it is theirs, and is still asked. */
export function isUnconfirmed(login: ActiveLogin, now: number): boolean {
  return login.confirmedAt === undefined && now < login.unconfirmedUntil;
}

/** The logins that make room, so that no more than the newest in use are left. */
export function surplus(records: readonly LoginRecord[], max: number, now: number): ActiveLogin[] {
  return records
    .filter((record) => isActive(record, now))
    .toSorted((a, b) => b.lastSeenAt - a.lastSeenAt)
    .slice(max);
}

/** The login after its end. What has ended stays as it ended. */
export function end(record: LoginRecord | undefined, by: EndedBy, now: number): EndedLogin {
  if (record?.status === "ended") return record;
  const endedAt = record ? Math.min(now, endsAt(record)) : now;
  return {
    status: "ended",
    ...(record ? { grant: record.grant } : {}),
    ...(record?.confirmedAt === undefined ? {} : { confirmedAt: record.confirmedAt }),
    endedAt,
    endedBy: by,
    forgetAt: endedAt + (record?.keptFor ?? UNKNOWN_TTL),
  };
}

/** When a record has nothing more to say, and is no line of the history any more. */
export function forgetAt(record: LoginRecord): number {
  return record.status === "ended" ? record.forgetAt : endsAt(record) + record.keptFor;
}
