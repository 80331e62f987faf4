import { authorizationResponse } from "./authorization-response.ts";
import { disclosedPlace } from "./disclosure.ts";
import type { Place } from "./risk/location.ts";
import type { Assessment } from "./risk/assess-risk.ts";
import type {
  AuthenticatedUser,
  DeviceInfo,
  NumberMatching,
  ScannedSession,
  Session,
} from "./session.ts";
import { shownRequest, type ShownRequest } from "./shown-request.ts";
import { requiresStepUp } from "./step-up.ts";

/** What each side may see of a session. Nothing else of it ever leaves the object. */

/**
 * What the screen sees. The code is an argument because it isn't stored: it is derived from the
 * watch token, which only a watcher can present. Who approved stays unknown here: the screen learns
 * it with the tokens. The reference to the account that the code gets is sealed.
 */
export interface ScreenSnapshot {
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

export function screenView(session: Session, code: string): ScreenSnapshot {
  const view: ScreenSnapshot = {
    session_id: session.id,
    version: session.version,
    status: session.status,
    expires_at: new Date(session.expiresAt).toISOString(),
  };
  if (session.status === "scanned")
    return { ...view, ...publicMatch(session.claim.assessed?.match) };
  if (session.status !== "approved" || session.begunBy.grant === "device_code") return view;
  const { accountReference } = session.approval;
  const issued = accountReference === undefined ? code : `${code}.${accountReference}`;
  return {
    ...view,
    code: issued,
    ...(session.redirect ? authorizationResponse(session.redirect, { code: issued }) : {}),
  };
}

/** The screen shows the digits that are typed on the phone, but never what the phone shows. */
function publicMatch(match: NumberMatching | undefined): Pick<ScreenSnapshot, "match"> {
  if (!match) return {};
  const { by } = match;
  return { match: by === "phone" ? { by, digits: match.digits } : { by, done: match.done } };
}

/** What the phone's owner is shown before deciding: who asks, from where, with what, and when. */
export interface ApprovalRequestView extends DeviceInfo, Omit<ShownRequest, "screen" | "risk"> {
  /**
   * There where a device without a browser asks: such a code can be sent to anybody, and shown by
   * anybody, so its owner must be told that it logs in a device, and asked which.
   */
  grant?: "device_code";
  /** What speaks for and against it. */
  risk: Assessment;
  /** Where the phone itself is, as the server sees it. */
  phone: Place;
  /** There where what one device shows must be typed on the other. */
  match?: { by: "phone" } | { by: "screen"; code: string; done: boolean };
  /** There where the approver must prove who they are once more. */
  step_up?: true;
  /** How often this code was scanned again, by somebody. */
  repeats: number;
}

/** Undefined where nobody has been assessed who could be shown it. */
export function phoneView(
  session: ScannedSession,
  account: AuthenticatedUser,
  now: number,
): ApprovalRequestView | undefined {
  const { begunBy, claim, repeats } = session;
  const { assessed } = claim;
  if (assessed?.sub !== account.sub) return undefined;
  const { match } = assessed;
  const { screen, risk, ...shown } = shownRequest(session, account);
  if (!risk) return undefined;
  return {
    ...screen,
    ...shown,
    ...(begunBy.grant === "device_code" ? { grant: begunBy.grant } : {}),
    risk,
    phone: disclosedPlace(claim.phone),
    ...(match ? { match: match.by === "phone" ? { by: match.by } : match } : {}),
    ...(requiresStepUp(session, account, undefined, now) ? { step_up: true } : {}),
    repeats,
  };
}
