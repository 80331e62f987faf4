import { defined } from "../../lib/defined.ts";
import type { AuthenticatedUser, ApprovedSession, DeviceInfo } from "./session.ts";
import type { SignedApproval } from "./approval-statement.ts";

/** What a redeemed code gives its client a right to: what the tokens are made from. */
export interface Grant {
  sessionId: string;
  clientId: string;
  /** Separated by spaces. */
  scope: string;
  nonce?: string;
  account: AuthenticatedUser;
  /** Milliseconds since the epoch. */
  approvedAt: number;
  /** What was logged in, as the server saw it when the login was begun. */
  screen: DeviceInfo;
  /** What the person signed to approve it, where that was asked for: kept with the login, so that it can be shown later. */
  proof?: SignedApproval;
}

export function grantOf(session: ApprovedSession): Grant {
  const { id, clientId, scope, nonce, screen, approval } = session;
  return {
    sessionId: id,
    clientId,
    scope,
    ...defined({ nonce }),
    account: approval.account,
    approvedAt: approval.approvedAt,
    screen,
    ...(approval.proof ? { proof: approval.proof } : {}),
  };
}
