import { defined } from "../../lib/defined.ts";
import { endsAt, isActive, isUnconfirmed, type LoginRecord } from "./login-record.ts";

/** A login on a screen, as its owner sees it. Instants are milliseconds since the epoch. */
export interface DeviceSummary {
  /** As in the login's tokens. */
  sid: string;
  clientId: string;
  /** The browser session that it belongs to. */
  browserSession?: string;
  browser?: string;
  system?: string;
  city?: string;
  region?: string;
  country?: string;
  beganAt: number;
  lastSeenAt: number;
  /** When it ends unless it is used before. */
  expiresAt: number;
  /** Present if it ended without its owner, who is still asked whether it was theirs. */
  ended?: { at: number; by: "client" | "server" };
  /** Whether the owner is asked if it was theirs. */
  unconfirmed: boolean;
  justNow: boolean;
}

/** For how long after its begin a login is `justNow`, in milliseconds. */
export const JUST_NOW = 600_000;

/** Undefined for a login that was ended before it began. */
export function deviceSummary(login: LoginRecord, now: number): DeviceSummary | undefined {
  const { grant } = login;
  if (!grant) return undefined;
  const { browser, system, city, region, country } = grant.screen;
  return {
    sid: grant.sessionId,
    clientId: grant.clientId,
    ...defined({ browser, system, city, region, country }),
    beganAt: grant.approvedAt,
    lastSeenAt: lastSeenAt(login),
    expiresAt: login.status === "active" ? endsAt(login) : login.endedAt,
    ...defined({ ended: endOf(login, now) }),
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
