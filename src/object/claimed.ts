import type { AccountClaims, ScannedSession } from "../login/session.ts";
import { phoneView, type PhoneView } from "../login/view.ts";

/** What a phone may know of the session that it holds. */
export interface Claimed {
  clientId: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
  /** Only where it is known who holds the phone. */
  request?: PhoneView;
}

export function toClaimed(
  session: ScannedSession,
  account: AccountClaims | undefined,
  now: number,
): Claimed {
  const request = account && phoneView(session, account, now);
  return {
    clientId: session.clientId,
    expiresAt: session.expiresAt,
    ...(request ? { request } : {}),
  };
}
