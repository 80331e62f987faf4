import { consentOf, type Consent } from "./consent.ts";
import { disclosedReasons, disclosedScreen } from "./disclosure.ts";
import type { Assessment } from "./risk/assess-risk.ts";
import type { AuthenticatedUser, DeviceInfo, ScannedSession } from "./session.ts";

/** What a person decides about: their phone shows it, and their passkey signs it. */
export interface ShownRequest {
  screen: DeviceInfo;
  /** Separated by spaces. */
  scope: string;
  /** What an approval gives, and for how long. */
  consent: Consent;
  /** ISO 8601, UTC: when the login was begun on the screen. */
  requested_at: string;
  /** What speaks for and against it, once that was assessed. */
  risk?: Assessment;
}

/**
 * The statement that is signed has no more in it than the phone may know: its digest is the challenge,
 * and whoever knows all of it but an IPv4 address can find that address by trying all of them.
 */
export function shownRequest(session: ScannedSession, account: AuthenticatedUser): ShownRequest {
  const { screen, scope, createdAt, claim } = session;
  const { phone, assessed } = claim;
  return {
    screen: disclosedScreen(screen, phone),
    scope,
    consent: consentOf(session, account),
    requested_at: new Date(createdAt).toISOString(),
    ...(assessed
      ? { risk: { verdict: assessed.verdict, reasons: disclosedReasons(assessed.reasons) } }
      : {}),
  };
}
