import { defined } from "../../lib/defined.ts";
import type { ApprovalRequest } from "../../protocol/approval-request.ts";
import type { CreatedSession, ScanResponse } from "../../protocol/responses.ts";
import type { Snapshot } from "../../protocol/snapshot.ts";
import type { AuthenticatedUser } from "./authenticated-user.ts";
import { authorizationResponse } from "./authorization-response.ts";
import { disclosedPlace } from "./disclosure.ts";
import { CODE_PERIOD } from "./rotating-code.ts";
import type { NumberMatching, PendingSession, ScannedSession, Session } from "./session.ts";
import { shownRequest } from "./shown-request.ts";
import { requiresStepUp } from "./step-up.ts";

/** What each side may see of a session. Nothing else of it leaves the object. */

/** What the screen receives when it has created the session. */
export function createdView(
  { id, status, createdAt, expiresAt, qrKey }: PendingSession,
  watchToken: string,
  issuer: string,
): CreatedSession {
  return {
    session_id: id,
    watch_token: watchToken,
    status,
    version: 1,
    expires_at: new Date(expiresAt).toISOString(),
    expires_in: (expiresAt - createdAt) / 1000,
    qr: { prefix: `${issuer}/q/${id}`, key: qrKey, period: CODE_PERIOD },
  };
}

/**
 * What the screen sees. The code is an argument because it isn't stored: it is derived from the watch
 * token, which only a watcher has. The screen learns who approved only from the tokens; the account
 * reference in the code is sealed.
 */
export function screenView(session: Session, code: string): Snapshot {
  const view: Snapshot = {
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
    ...(session.redirect && authorizationResponse(session.redirect, { code: issued })),
  };
}

/** The screen shows the digits that are typed on the phone, but never what the phone shows. */
function publicMatch(match: NumberMatching | undefined): Pick<Snapshot, "match"> {
  if (!match) return {};
  const { by } = match;
  return { match: by === "phone" ? { by, digits: match.digits } : { by, done: match.done } };
}

/** What the phone receives that scanned. Only a phone that is signed in sees the request. */
export function scanView(
  session: ScannedSession,
  scanToken: string,
  account: AuthenticatedUser | undefined,
  now: number,
): Omit<ScanResponse, "client"> & { clientId: string } {
  const request = account && phoneView(session, account, now);
  return {
    session_id: session.id,
    scan_token: scanToken,
    clientId: session.clientId,
    expires_at: new Date(session.expiresAt).toISOString(),
    ...defined({ request }),
  };
}

/** What the phone's owner sees before the decision. Undefined if the risk was not assessed for this account. */
export function phoneView(
  session: ScannedSession,
  account: AuthenticatedUser,
  now: number,
): ApprovalRequest | undefined {
  const { begunBy, claim, repeats } = session;
  const { assessed } = claim;
  if (assessed?.sub !== account.sub) return undefined;
  const { match } = assessed;
  const { screen, risk, ...shown } = shownRequest(session, account);
  if (!risk) return undefined;
  const { grant } = begunBy;
  return {
    ...screen,
    ...shown,
    ...(grant === "device_code" ? { grant } : {}),
    risk,
    phone: disclosedPlace(claim.phone),
    ...defined({ match: match?.by === "phone" ? { by: match.by } : match }),
    ...(requiresStepUp(session, account, undefined, now) ? { step_up: true } : {}),
    repeats,
  };
}
