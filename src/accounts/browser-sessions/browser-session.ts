import { defined } from "../../lib/defined.ts";
import type { Config } from "../../config/index.ts";
import type { AuthenticatedUser } from "../../login-session/domain/authenticated-user.ts";
import type { Reason } from "../../protocol/risk.ts";
import type { DeviceInfo } from "../../login-session/domain/device-info.ts";
import type { KeptLogin } from "../../login-session/domain/single-sign-on.ts";
import { withScope, type ShownClient } from "../../oidc/authorization/shown-client.ts";
import type { TrustDelay } from "../phone-sessions/trust-delay.ts";

/**
 * A browser that stays logged in at this server (single sign-on), and its state changes as pure functions. It begins
 * with a login that the phone approved in this browser. Its cookie has a secret, of which only the hash is stored.
 * Instants are milliseconds since the epoch.
 */
export interface BrowserSession {
  /** Public: in records of logins, and in the owner's list of devices. */
  id: string;
  secretHash: string;
  /** The person, as the phone's approval proved it. */
  account: AuthenticatedUser;
  /** The browser when its code was scanned. */
  screen: DeviceInfo;
  /** What the risk assessment of the approval found. */
  reasons: readonly Reason[];
  openedAt: number;
  lastUsedAt: number;
  /** When it ends even if it is in use. */
  expiresAt: number;
  /** How long it may be unused, in milliseconds. */
  idleTtl: number;
  /** The login sessions that the phone has approved in this browser, the newest last. */
  approved: string[];
  /** The clients that the person was shown, and the scopes that each may get without another question. */
  clients: ShownClient[];
  /** Present if an unconfirmed phone approved it. */
  probation?: TrustDelay;
}

/** Configured lifetimes, in milliseconds. */
export type BrowserSessionLimits = Pick<Config, "ssoTtl" | "ssoIdleTtl">;

/** Browser sessions of one account, and of the phones of one root while it has a trust delay. */
export const MAX_BROWSER_SESSIONS = 20;
export const MAX_BROWSER_SESSIONS_OF_ROOT = 5;

/** Clients and approvals that one browser session remembers. */
const MAX_CLIENTS = 100;
const MAX_APPROVED = 20;

/** Milliseconds between two updates of `lastUsedAt`: each is a write. */
const USED_INTERVAL = 60_000;

/** A new secret, for a login that the phone has just approved. */
export interface NewBrowserSession {
  id: string;
  secretHash: string;
  probation?: TrustDelay;
}

/**
 * The browser session that begins with a login. `replaced`: that of the same browser and account. If it has the same root
 * (trust-delay.ts), it goes on: it gets a new secret and a new lifetime, and keeps its id, so that the logins of both end
 * together. Otherwise an unconfirmed phone could end logins that were there before it.
 */
export function openBrowserSession(
  { id, secretHash, probation }: NewBrowserSession,
  { sessionId, clientId, scope, account, screen, reasons }: KeptLogin,
  replaced: BrowserSession | undefined,
  { ssoTtl, ssoIdleTtl }: BrowserSessionLimits,
  now: number,
): BrowserSession {
  const previous = replaced?.probation?.root === probation?.root ? replaced : undefined;
  const approved = (previous?.approved ?? []).filter((other) => other !== sessionId);
  return {
    id: previous?.id ?? id,
    secretHash,
    account,
    screen,
    reasons,
    openedAt: now,
    lastUsedAt: now,
    expiresAt: now + ssoTtl,
    idleTtl: ssoIdleTtl,
    approved: [...approved, sessionId].slice(-MAX_APPROVED),
    clients: withScope(shownBefore(previous, account), { clientId, scope }, MAX_CLIENTS),
    ...defined({ probation }),
  };
}

/** The clients that were shown this person's data as it is now: what a scope gives depends on it. */
function shownBefore(
  previous: BrowserSession | undefined,
  { name, email, emailVerified }: AuthenticatedUser,
): ShownClient[] {
  if (!previous) return [];
  const { account, clients } = previous;
  const isSame =
    account.name === name && account.email === email && account.emailVerified === emailVerified;
  return isSame ? clients : [];
}

/** When it ends unless it is used before. */
export function endsAt({ expiresAt, lastUsedAt, idleTtl }: BrowserSession): number {
  return Math.min(expiresAt, lastUsedAt + idleTtl);
}

/**
 * The browser session after a login of this client. Returns the same object if there is nothing to store: the client
 * was shown before, and the last use is not long ago.
 */
export function useBrowserSession(
  session: BrowserSession,
  client: ShownClient,
  now: number,
): BrowserSession {
  const clients = withScope(session.clients, client, MAX_CLIENTS);
  const isStored = now - session.lastUsedAt < Math.min(USED_INTERVAL, session.idleTtl / 4);
  if (isStored && clients === session.clients) return session;
  return { ...session, clients, lastUsedAt: now };
}

/** The browser sessions to end so that no more than `max` are left: those that were unused for longest. */
export function excessBrowserSessions(
  sessions: readonly BrowserSession[],
  max: number,
): BrowserSession[] {
  return sessions.toSorted((a, b) => b.lastUsedAt - a.lastUsedAt).slice(max);
}
