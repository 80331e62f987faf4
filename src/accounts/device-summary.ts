import { endsAt, isUnconfirmed, type ActiveLogin } from "./login-record.ts";

/** A screen that is logged in, as its owner sees it. Instants are milliseconds since the epoch. */
export interface DeviceSummary {
  /** The login's name, as in its tokens. */
  sid: string;
  clientId: string;
  browser?: string;
  system?: string;
  city?: string;
  region?: string;
  country?: string;
  beganAt: number;
  lastSeenAt: number;
  /** Unless it is used again before. */
  expiresAt: number;
  /** Its owner has not said yet that it is theirs. */
  unconfirmed: boolean;
  justNow: boolean;
}

/** How long a login has begun just now, in milliseconds. */
export const JUST_NOW = 600_000;

export function deviceSummary(login: ActiveLogin, now: number): DeviceSummary {
  const { grant, lastSeenAt } = login;
  const { browser, system, city, region, country } = grant.screen;
  return {
    sid: grant.sessionId,
    clientId: grant.clientId,
    ...(browser === undefined ? {} : { browser }),
    ...(system === undefined ? {} : { system }),
    ...(city === undefined ? {} : { city }),
    ...(region === undefined ? {} : { region }),
    ...(country === undefined ? {} : { country }),
    beganAt: grant.approvedAt,
    lastSeenAt,
    expiresAt: endsAt(login),
    unconfirmed: isUnconfirmed(login, now),
    justNow: now - grant.approvedAt < JUST_NOW,
  };
}
