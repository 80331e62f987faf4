import { defined } from "../../lib/defined.ts";
import type { AuthenticatedUser } from "./authenticated-user.ts";
import type { DeviceInfo } from "./device-info.ts";
import type { RequestedClaims } from "./requested-claims.ts";
import type { ApprovedSession } from "./session.ts";
import type { SignedApproval } from "./signed-approval.ts";

/** What a redeemed code grants to its client. The tokens are made from this. */
export interface Grant {
  sessionId: string;
  clientId: string;
  /** Separated by spaces. */
  scope: string;
  /** What the client asked for in addition to the claims of its scope. */
  claims?: RequestedClaims;
  /** What access tokens may be for. Missing if it is our issuer alone. */
  resources?: string[];
  nonce?: string;
  account: AuthenticatedUser;
  /** Milliseconds since the epoch. */
  approvedAt: number;
  /** The device that was logged in, as the server saw it when the session was created. */
  screen: DeviceInfo;
  /** What the person signed to approve the login, if that was required. It is stored with the login as evidence. */
  proof?: SignedApproval;
  /** Present if no phone approved this login: the id of the browser session by which it was approved. */
  browserSession?: string;
}

export function grantOf(session: ApprovedSession): Grant {
  const { id, clientId, scope, claims, resources, nonce, screen, approval } = session;
  const { account, approvedAt, proof, browserSession } = approval;
  return {
    sessionId: id,
    clientId,
    scope,
    account,
    approvedAt,
    screen,
    ...defined({ claims, resources, nonce, proof, browserSession }),
  };
}
