import type { Device, Session } from "./session.ts";

/** What each side may see of a session. Nothing else of it ever leaves the object. */

/**
 * What the screen sees. The code is an argument because it isn't stored: it is derived from the
 * watch token, which only a watcher can present. Who approved stays unknown here: the screen learns
 * it with the tokens.
 */
export interface ScreenView {
  session_id: string;
  version: number;
  status: Session["status"];
  /** ISO 8601, UTC. */
  expires_at: string;
  /** The authorization code, while the session is approved. */
  code?: string;
  /** Where the client's browser goes with the code, if the client uses redirects. */
  redirect_to?: string;
}

export function screenView(session: Session, code: string): ScreenView {
  const view: ScreenView = {
    session_id: session.id,
    version: session.version,
    status: session.status,
    expires_at: new Date(session.expiresAt).toISOString(),
  };
  if (session.status !== "approved") return view;
  if (!session.redirect) return { ...view, code };
  return { ...view, code, redirect_to: redirectWithCode(session.redirect, code) };
}

function redirectWithCode(
  redirect: { uri: string; state?: string; issuer: string },
  code: string,
): string {
  const url = new URL(redirect.uri);
  url.searchParams.append("code", code);
  if (redirect.state !== undefined) url.searchParams.append("state", redirect.state);
  // RFC 9207 §2: a client that talks to several issuers can tell which one answered.
  url.searchParams.append("iss", redirect.issuer);
  return url.href;
}

/** What the phone's owner is shown before deciding: who asks, from where, with what, and when. */
export interface PhoneView extends Device {
  /** ISO 8601, UTC: when the login was begun on the screen. */
  requested_at: string;
  scope: string;
}

export function phoneView(session: {
  screen: Device;
  scope: string;
  createdAt: number;
}): PhoneView {
  return {
    ...session.screen,
    scope: session.scope,
    requested_at: new Date(session.createdAt).toISOString(),
  };
}
