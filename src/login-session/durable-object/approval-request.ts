import { err, ok } from "../../lib/result.ts";
import type { LoginResult } from "../domain/errors.ts";
import type { AuthenticatedUser, Session } from "../domain/session.ts";
import { phoneView, type ApprovalRequestView } from "../domain/view.ts";

/** What a phone may know of the session that it holds. */
export interface ApprovalRequest {
  clientId: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
  /** Only where it is known who holds the phone. */
  request?: ApprovalRequestView;
}

/** What the phone is told of the session that it holds. */
export function toApprovalRequest(
  result: LoginResult<Session>,
  account?: AuthenticatedUser,
): LoginResult<ApprovalRequest> {
  if (!result.ok) return result;
  const session = result.value;
  if (session.status !== "scanned") return err("not_scanned");
  const request = account && phoneView(session, account, Date.now());
  return ok({
    clientId: session.clientId,
    expiresAt: session.expiresAt,
    ...(request ? { request } : {}),
  });
}
