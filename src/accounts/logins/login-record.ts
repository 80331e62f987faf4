import type { Config } from "../../config/index.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import type { Grant } from "../../login-session/domain/grant.ts";
import type { TrustDelay } from "../phone-sessions/trust-delay.ts";
import type { Redemption } from "./redemption.ts";
import type { RefreshTokenFamily } from "./refresh-tokens.ts";

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
  refresh?: RefreshTokenFamily;
  /** There where a phone approved it that has yet to prove itself. */
  probation?: TrustDelay;
  /** How its code was redeemed. */
  redemption?: Redemption;
}

/** A login that a screen has just got tokens for. */
export type NewLogin = Pick<ActiveLogin, "grant" | "expiresAt" | "refresh" | "probation"> & {
  /** How its code is being redeemed; the account says when. */
  redemption?: Omit<Redemption, "redeemedAt">;
};

/**
 * What ended a login: its owner, who may say that it never was theirs ("stranger"); this server; or its
 * client. Most clients prove nothing when they end one, so "client" may be whoever was logged in there.
 */
export type EndedBy = "owner" | "stranger" | "client" | "server";

export interface EndedLogin {
  status: "ended";
  /** Nothing where the end came before the login was known. */
  grant?: Grant;
  confirmedAt?: number;
  probation?: TrustDelay;
  endedAt: number;
  endedBy: EndedBy;
  /** The owner did not end it, and had not said yet whether it was theirs: they are still asked. */
  unconfirmed?: { until: number; lastSeenAt: number };
  /** When the owner said that it was not theirs, where it had ended before. */
  disownedAt?: number;
  forgetAt: number;
}

/** How long a login lasts and is remembered, as it is configured: milliseconds. */
export type LoginLimits = Pick<Config, "deviceIdleTtl" | "unconfirmedTtl" | "historyTtl">;

/** Milliseconds between two notes that a login was used: each is a write. */
export const SEEN_INTERVAL = 3600 * 1000;

/** How long an end is remembered whose login isn't known, in milliseconds: longer than any code or token of it lives. */
export const UNKNOWN_TTL = 2 * 3600 * 1000;

/** Rows of logins that one account has at most, those that have ended among them. */
export const MAX_RECORDS = 1000;

/**
 * Screens that are logged in by the phones of one root while it has a trust delay, and rows of them. They are counted
 * apart, so that an unconfirmed phone logs out none of the owner's screens and takes no line out of the history.
 */
export const MAX_SCREENS_OF_ROOT = 10;
export const MAX_RECORDS_OF_ROOT = 100;

/** The record of a login that just began; refused where it was ended before it was known. */
export function begin(
  known: LoginRecord | undefined,
  { redemption, ...login }: NewLogin,
  { deviceIdleTtl, unconfirmedTtl, historyTtl }: LoginLimits,
  now: number,
): Result<ActiveLogin, "login_ended"> {
  // Its code was void before it was redeemed.
  if (known) return err("login_ended");
  return ok({
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
export function touch(login: ActiveLogin, now: number): ActiveLogin {
  return now - login.lastSeenAt < SEEN_INTERVAL ? login : { ...login, lastSeenAt: now };
}

/** The login whose owner says that it is theirs. */
export function confirm<Login extends LoginRecord>(login: Login, now: number): Login {
  return login.confirmedAt === undefined ? { ...login, confirmedAt: now } : login;
}

/** Whether its owner has not said yet that it is theirs, and is still asked. */
export function isUnconfirmed(login: LoginRecord, now: number): boolean {
  const until = login.status === "active" ? login.unconfirmedUntil : login.unconfirmed?.until;
  return login.confirmedAt === undefined && until !== undefined && now < until;
}

/**
 * Whether the owner sees a login in the list of devices: while it counts; and where it ended without
 * them, as long as they are asked whether it was theirs. Otherwise an attacker could end his own
 * login, and take the question away with it.
 */
export function isListed(record: LoginRecord, now: number): boolean {
  return record.grant !== undefined && (isActive(record, now) || isUnconfirmed(record, now));
}

/**
 * Whether the owner may end a login, or say that it never was theirs. The latter they may of every one
 * that is remembered.
 */
export function isEndable(record: LoginRecord, by: "owner" | "stranger", now: number): boolean {
  if (by === "owner") return isListed(record, now);
  const isDisowned = record.status === "ended" && record.endedBy === "stranger";
  return record.grant !== undefined && !isDisowned;
}

/** The logins that make room, so that no more than the newest in use are left. */
export function excessLogins(
  records: readonly LoginRecord[],
  max: number,
  now: number,
): ActiveLogin[] {
  return records
    .filter((record) => isActive(record, now))
    .toSorted((a, b) => b.lastSeenAt - a.lastSeenAt)
    .slice(max);
}

/**
 * The login after its end. What has ended stays as it ended. `ask`: whether its owner is still asked if it
 * was theirs, where they had not said so.
 */
export function end(
  record: LoginRecord | undefined,
  by: EndedBy,
  now: number,
  { ask = by === "client" || by === "server" }: { ask?: boolean } = {},
): EndedLogin {
  if (record?.status === "ended") return record;
  const endedAt = record ? Math.min(now, endsAt(record)) : now;
  const isAsked = ask && record && isUnconfirmed(record, now);
  const keptUntil = endedAt + (record?.keptFor ?? UNKNOWN_TTL);
  return {
    status: "ended",
    ...(record ? { grant: record.grant } : {}),
    ...(record?.confirmedAt === undefined ? {} : { confirmedAt: record.confirmedAt }),
    ...(record?.probation ? { probation: record.probation } : {}),
    endedAt,
    endedBy: by,
    ...(isAsked
      ? { unconfirmed: { until: record.unconfirmedUntil, lastSeenAt: record.lastSeenAt } }
      : {}),
    forgetAt: isAsked ? Math.max(keptUntil, record.unconfirmedUntil) : keptUntil,
  };
}

/** The login after its owner's word, which also counts where it had ended before. */
export function endByOwner(record: LoginRecord, by: "owner" | "stranger", now: number): EndedLogin {
  // Time may have ended it.
  const before = isActive(record, now) ? undefined : end(record, "server", now);
  if (!before) return end(record, by, now);
  const { unconfirmed: _, ...ended } = before;
  return { ...ended, endedBy: by, ...(by === "stranger" ? { disownedAt: now } : {}) };
}

/** When a record has nothing more to say, and is no line of the history any more. */
export function purgeAt(record: LoginRecord): number {
  return record.status === "ended" ? record.forgetAt : endsAt(record) + record.keptFor;
}
