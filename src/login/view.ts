import { authorizationResponse } from "./authorization-response.ts";
import type { Device, Session, SessionFacts } from "./session.ts";

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
  /**
   * While scanned, where the two devices must be shown to be side by side: the digits that the phone's
   * owner types there, or that a code which the phone shows is typed here.
   */
  match?: { by: "phone"; digits: string } | { by: "screen"; done: boolean };
  /** The authorization code, while the session is approved; a device has had its own from the beginning. */
  code?: string;
  /** Where the browser goes with the code, if the client uses redirects. */
  redirect_to?: string;
  /** What the browser posts there instead, if the client asked for a form post. */
  form_post?: { action: string; parameters: Record<string, string> };
}

export function screenView(session: Session, code: string): ScreenView {
  const view: ScreenView = {
    session_id: session.id,
    version: session.version,
    status: session.status,
    expires_at: new Date(session.expiresAt).toISOString(),
  };
  if (session.status !== "approved" || session.begunBy.grant === "device_code") return view;
  return {
    ...view,
    code,
    ...(session.redirect ? authorizationResponse(session.redirect, { code }) : {}),
  };
}

/** What the phone's owner is shown before deciding: who asks, from where, with what, and when. */
export interface PhoneView extends Device {
  /** ISO 8601, UTC: when the login was begun on the screen. */
  requested_at: string;
  scope: string;
  /**
   * There where a device without a browser asks: such a code can be sent to anybody, and shown by
   * anybody, so its owner must be told that it logs in a device, and asked which.
   */
  grant?: "device_code";
}

export function phoneView({
  screen,
  scope,
  createdAt,
  begunBy,
}: Pick<SessionFacts, "screen" | "scope" | "createdAt" | "begunBy">): PhoneView {
  return {
    ...screen,
    scope,
    requested_at: new Date(createdAt).toISOString(),
    ...(begunBy.grant === "device_code" ? { grant: begunBy.grant } : {}),
  };
}
