import { err } from "../../lib/result.ts";
import type { Reason } from "../../protocol/risk.ts";
import { approverError } from "./approval.ts";
import type { AuthenticatedUser } from "./authenticated-user.ts";
import type { Outcome, SignOn } from "./commands.ts";
import type { DeviceInfo } from "./device-info.ts";
import { scopeWithClaims } from "./requested-claims.ts";
import { notPendingError } from "./scan.ts";
import type { Session } from "./session.ts";

/** What a browser session begins with: the login that the phone approved in this browser. */
export interface KeptLogin {
  sessionId: string;
  clientId: string;
  /** The scopes and the added claims (`scopeWithClaims`). */
  scope: string;
  account: AuthenticatedUser;
  /** The browser, as the server saw it when the session was created. */
  screen: DeviceInfo;
  /** What the risk assessment of the approval found: other clients have other policies. */
  reasons: readonly Reason[];
  /** Whether the browser may stay logged in. */
  mayStay: boolean;
}

/**
 * The login of an approved session, for a browser that may stay logged in after it. The phone has shown that to its
 * owner (`access.sso`). A browser does not stay logged in after a login that the risk rules found unusual, also if it was
 * approved by digits or a passkey.
 */
export function keptLogin(session: Session): KeptLogin | undefined {
  if (session.status !== "approved") return undefined;
  const { id: sessionId, clientId, screen, claim, approval } = session;
  const mayStay = session.access?.sso !== undefined && claim.assessed?.verdict === "allow";
  const scope = scopeWithClaims(session);
  const reasons = claim.assessed?.reasons ?? [];
  return { sessionId, clientId, scope, account: approval.account, screen, reasons, mayStay };
}

/**
 * Approves a new session by a browser session instead of a phone. The caller has checked the browser session and its
 * risk; what the client requires of the approver is checked as in every approval.
 */
export function signOn(session: Session, command: SignOn, now: number): Outcome {
  if (session.status !== "pending") return err(notPendingError(session));
  const { account, browserSession, accountReference, scanTokenHash } = command;
  const unfit = approverError(session, account, now);
  if (unfit) return err(unfit);
  return {
    ok: true,
    next: {
      ...session,
      status: "approved",
      version: session.version + 1,
      // The browser itself takes the place of the phone.
      claim: { scanTokenHash, scannedAt: now, phone: session.screen, sameDevice: true },
      approval: {
        account,
        approvedAt: now,
        codeExpiresAt: now + session.codeTtl,
        accountReference,
        browserSession,
      },
    },
  };
}
