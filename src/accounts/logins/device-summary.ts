import { defined } from "../../lib/defined.ts";
import { endsAt, isActive, isUnconfirmed, type LoginRecord } from "./login-record.ts";

/** A screen that is logged in, or was until lately, as its owner sees it. Instants are milliseconds since the epoch. */
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
  /** When it ends unless it is used again before, or ended. */
  expiresAt: number;
  /** How it ended, where it did without its owner, who is still asked whether it was theirs. */
  ended?: { at: number; by: "client" | "server" };
  /** Its owner has not said yet that it is theirs. */
  unconfirmed: boolean;
  justNow: boolean;
}

/** How long a login has begun just now, in milliseconds. */
export const JUST_NOW = 600_000;

/** Undefined for a login of which nothing is known but its end. */
export function deviceSummary(login: LoginRecord, now: number): DeviceSummary | undefined {
  const { grant } = login;
  if (!grant) return undefined;
  const { browser, system, city, region, country } = grant.screen;
  const ended = endOf(login, now);
  return {
    sid: grant.sessionId,
    clientId: grant.clientId,
    ...defined({ browser, system, city, region, country }),
    beganAt: grant.approvedAt,
    lastSeenAt: lastSeenAt(login),
    expiresAt: login.status === "active" ? endsAt(login) : login.endedAt,
    ...(ended ? { ended } : {}),
    unconfirmed: isUnconfirmed(login, now),
    justNow: now - grant.approvedAt < JUST_NOW,
  };
}

function endOf(login: LoginRecord, now: number): DeviceSummary["ended"] {
  if (login.status === "active") {
    return isActive(login, now) ? undefined : { at: endsAt(login), by: "server" };
  }
  return { at: login.endedAt, by: login.endedBy === "client" ? "client" : "server" };
}

function lastSeenAt(login: LoginRecord): number {
  if (login.status === "active") return login.lastSeenAt;
  return login.unconfirmed?.lastSeenAt ?? login.endedAt;
}
