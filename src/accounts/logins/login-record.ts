import type { Config } from "../../config/index.ts";
import { defined } from "../../lib/defined.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import type { Grant } from "../../login-session/domain/grant.ts";
import type { CodeBinding } from "../../login-session/domain/redeem.ts";
import type { TrustDelay } from "../phone-sessions/trust-delay.ts";

/**
 * The record that an account keeps of each login on a screen, and its state changes as pure functions. Instants are
 * milliseconds since the epoch.
 *
 * The record alone decides whether a login is active: access tokens and refresh tokens are valid while it is, and
 * ending it revokes them all. It is also the login's entry in the audit log, so it outlives the login, and a login costs
 * one row.
 */
export type LoginRecord = ActiveLogin | EndedLogin;

export interface ActiveLogin {
  status: "active";
  /** The tokens are made from it; its `sessionId` is `sid` in tokens. */
  grant: Grant;
  lastSeenAt: number;
  /** When it ends even if it is in use. */
  expiresAt: number;
  /** How long it may be unused, in milliseconds. */
  idleTtl: number;
  /** How long the record is kept after the end, in milliseconds. */
  keptFor: number;
  /** Until then the owner is asked whether the login was theirs. */
  unconfirmedUntil: number;
  confirmedAt?: number;
  /** Present if the scope has offline_access. */
  refresh?: RefreshTokenFamily;
  /** Present if an unconfirmed phone approved it. */
  probation?: TrustDelay;
  redemption?: Redemption;
}

/** A login whose tokens are about to be issued. */
export type NewLogin = Pick<ActiveLogin, "grant" | "expiresAt" | "refresh" | "probation"> & {
  redemption?: Omit<Redemption, "redeemedAt">;
};

/**
 * Who ended a login: its owner, who may report it as somebody else's ("stranger"); this server; or its client. Most
 * clients are not authenticated when they end one, so "client" may be anybody who was logged in there. An end by the
 * unconfirmed phone that approved the login counts as one by the client, since it is not known to be the owner's.
 */
export type EndedBy = "owner" | "stranger" | "client" | "server";

export interface EndedLogin {
  status: "ended";
  /** Missing if the login was ended before it began. */
  grant?: Grant;
  confirmedAt?: number;
  probation?: TrustDelay;
  endedAt: number;
  endedBy: EndedBy;
  /** Present if the login ended without its owner, who is still asked whether it was theirs. */
  unconfirmed?: { until: number; lastSeenAt: number };
  /** When the owner reported it as somebody else's, if it had ended before. */
  disownedAt?: number;
  forgetAt: number;
}

/**
 * How a code was redeemed. It is kept with the login or the phone session, so that a second use of the code is
 * recognised (RFC 6749 §4.1.2).
 */
export interface Redemption extends CodeBinding {
  /** Thumbprint of the DPoP key that came with the code. */
  jkt?: string;
  redeemedAt: number;
}

/** The refresh tokens of a login (refresh-tokens.ts). */
export interface RefreshTokenFamily {
  /** The sealed reference that the current token begins with. */
  reference: string;
  current: IssuedRefreshToken;
  /** The token that `current` replaced, until `current` is used. */
  previous?: IssuedRefreshToken & { rotatedAt: number };
  /** Thumbprint of the DPoP key that the current token is bound to (RFC 9449 §5). */
  jkt?: string;
  /** When the family expires unless it is used. */
  idleAt: number;
  legacy?: LegacyTokens;
}

/** A new successor has the id of the token that it voids, but another serial number. */
export interface IssuedRefreshToken {
  serial: number;
  /** Of its id. */
  hash: string;
}

/** The tokens without a MAC that a login had (legacy-refresh-family.ts). They are recognised by their hashes. */
export interface LegacyTokens {
  /** The token that was current, and those that were used before it. */
  hashes: string[];
  /** Thumbprint of the DPoP key that they are bound to. */
  jkt?: string;
}

/** Configured lifetimes, in milliseconds. */
export type LoginLimits = Pick<Config, "deviceIdleTtl" | "unconfirmedTtl" | "historyTtl">;

/** Milliseconds between two updates of `lastSeenAt`: each is a write. */
export const SEEN_INTERVAL = 3600 * 1000;

/** How long the end of an unknown login is kept, in milliseconds: longer than any code or token of it is valid. */
export const UNKNOWN_TTL = 2 * 3600 * 1000;

/** Records that one account has at most, ended ones included. */
export const MAX_RECORDS = 1000;

/**
 * Active logins, and records, of the phones of one root while it has a trust delay. They are counted apart, so that an
 * unconfirmed phone ends no login of the owner and drops no entry of the audit log.
 */
export const MAX_SCREENS_OF_ROOT = 10;
export const MAX_RECORDS_OF_ROOT = 100;

/** The record of a login that begins now. Refused if it was ended before it began: then its code is void. */
export function begin(
  known: LoginRecord | undefined,
  { redemption, ...login }: NewLogin,
  { deviceIdleTtl, unconfirmedTtl, historyTtl }: LoginLimits,
  now: number,
): Result<ActiveLogin, "login_ended"> {
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

/** When a login ends unless it is used before. */
export function endsAt({ expiresAt, lastSeenAt, idleTtl }: ActiveLogin): number {
  return Math.min(expiresAt, lastSeenAt + idleTtl);
}

export function isActive(record: LoginRecord | undefined, now: number): record is ActiveLogin {
  return record?.status === "active" && now < endsAt(record);
}

/** Updates `lastSeenAt`, at most once an hour. Otherwise returns the same object. */
export function touch(login: ActiveLogin, now: number): ActiveLogin {
  return now - login.lastSeenAt < SEEN_INTERVAL ? login : { ...login, lastSeenAt: now };
}

/** The login after its owner has confirmed that it is theirs. */
export function confirm<Login extends LoginRecord>(login: Login, now: number): Login {
  return login.confirmedAt === undefined ? { ...login, confirmedAt: now } : login;
}

/** Whether the owner is still asked if the login was theirs. */
export function isUnconfirmed(login: LoginRecord, now: number): boolean {
  const until = login.status === "active" ? login.unconfirmedUntil : login.unconfirmed?.until;
  return login.confirmedAt === undefined && until !== undefined && now < until;
}

/**
 * Whether the owner's list of devices has a login: while it is active; and if it ended without them, while they are
 * asked whether it was theirs. Otherwise an attacker could end a login, and the question would disappear.
 */
export function isListed(record: LoginRecord, now: number): boolean {
  return record.grant !== undefined && (isActive(record, now) || isUnconfirmed(record, now));
}

/** Whether the owner may end a login ("owner") or report it as somebody else's ("stranger", as long as it is kept). */
export function isEndable(record: LoginRecord, by: "owner" | "stranger", now: number): boolean {
  if (by === "owner") return isListed(record, now);
  const isReported = record.status === "ended" && record.endedBy === "stranger";
  return record.grant !== undefined && !isReported;
}

/** The active logins to end so that no more than `max` are left: those that were unused for longest. */
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
 * The login after its end. An ended one stays as it is. `ask`: whether an owner who has not confirmed it is still asked
 * if it was theirs.
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
  const { grant, confirmedAt, probation } = record ?? {};
  return {
    status: "ended",
    ...defined({ grant, confirmedAt, probation }),
    endedAt,
    endedBy: by,
    ...(isAsked
      ? { unconfirmed: { until: record.unconfirmedUntil, lastSeenAt: record.lastSeenAt } }
      : {}),
    forgetAt: isAsked ? Math.max(keptUntil, record.unconfirmedUntil) : keptUntil,
  };
}

/** The login after its owner has ended or reported it, also if it had ended before. */
export function endByOwner(record: LoginRecord, by: "owner" | "stranger", now: number): EndedLogin {
  if (isActive(record, now)) return end(record, by, now);
  // An expired one gets its end here.
  const { unconfirmed: _, ...ended } = end(record, "server", now);
  return { ...ended, endedBy: by, ...(by === "stranger" ? { disownedAt: now } : {}) };
}

/** When a record is deleted, and leaves the audit log. */
export function purgeAt(record: LoginRecord): number {
  return record.status === "ended" ? record.forgetAt : endsAt(record) + record.keptFor;
}
