import { refusal, success, type Result } from "../login/errors.ts";
import type { Grant } from "../login/grant.ts";
import type { RefreshFamily } from "./refresh-family.ts";

/**
 * What an account remembers of each screen that was logged in through it, and what becomes of that:
 * functions of their arguments, without clock, randomness or storage. Instants are milliseconds since
 * the epoch.
 *
 * The record is the one authority on whether a login still counts: access tokens are good while it
 * is, refresh tokens are its, and ending it ends them all.
 */
export type LoginRecord = ActiveLogin | EndedLogin;

export interface ActiveLogin {
  status: "active";
  /** What its tokens are made from; `sessionId` is the login's name, `sid` in tokens. */
  grant: Grant;
  lastUsedAt: number;
  /** When it ends, however much it is used. */
  expiresAt: number;
  /** The family of refresh tokens, where the scope has offline_access. */
  refresh?: RefreshFamily;
}

/** Kept until the last access token of the login has expired, so that it is known to be void. */
export interface EndedLogin {
  status: "ended";
  sessionId: string;
  clientId?: string;
  endedAt: number;
  forgetAt: number;
}

/** Logins that one account has at once; the one that was unused for longest makes room. */
export const MAX_LOGINS = 100;

/** The record of a login that just began; refused where it was ended before it was known. */
export function begin(
  known: LoginRecord | undefined,
  login: Omit<ActiveLogin, "status" | "lastUsedAt">,
  now: number,
): Result<ActiveLogin, "login_ended"> {
  // A code that came a second time while the first one was still on its way here.
  if (known) return refusal("login_ended");
  return success({ ...login, status: "active", lastUsedAt: now });
}

/** Whether what a login gave is good at `now`. */
export function isActive(record: LoginRecord | undefined, now: number): record is ActiveLogin {
  return record?.status === "active" && now < record.expiresAt;
}

/** The logins that make room, so that no more than the newest in use are left. */
export function surplus(records: readonly LoginRecord[], now: number): ActiveLogin[] {
  return records
    .filter((record) => isActive(record, now))
    .toSorted((a, b) => b.lastUsedAt - a.lastUsedAt)
    .slice(MAX_LOGINS);
}

/** The login after its end; `remember` says until when anything that it gave could be used. */
export function end(
  sessionId: string,
  record: LoginRecord | undefined,
  remember: number,
  now: number,
): EndedLogin {
  if (record?.status === "ended") return record;
  return {
    status: "ended",
    sessionId,
    ...(record ? { clientId: record.grant.clientId } : {}),
    endedAt: now,
    forgetAt: now + remember,
  };
}

/** When a record has nothing more to say. */
export function forgetAt(record: LoginRecord): number {
  return record.status === "ended" ? record.forgetAt : record.expiresAt;
}
