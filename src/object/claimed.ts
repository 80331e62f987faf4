import { refusal, success, type Result } from "../login/errors.ts";
import type { AccountClaims, Session } from "../login/session.ts";
import { phoneView, type PhoneView } from "../login/view.ts";

/** What a phone may know of the session that it holds. */
export interface Claimed {
  clientId: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
  /** Only where it is known who holds the phone. */
  request?: PhoneView;
}

/** What the phone is told of the session that it holds. */
export function told(result: Result<Session>, account?: AccountClaims): Result<Claimed> {
  if (!result.ok) return result;
  const session = result.value;
  if (session.status !== "scanned") return refusal("not_scanned");
  const request = account && phoneView(session, account, Date.now());
  return success({
    clientId: session.clientId,
    expiresAt: session.expiresAt,
    ...(request ? { request } : {}),
  });
}
