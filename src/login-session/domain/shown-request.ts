import type { Consent } from "../../protocol/consent.ts";
import type { RiskAssessment } from "../../protocol/risk.ts";
import type { AuthenticatedUser } from "./authenticated-user.ts";
import { consentOf } from "./consent.ts";
import type { DeviceInfo } from "./device-info.ts";
import { disclosedReasons, disclosedScreen } from "./disclosure.ts";
import type { ScannedSession } from "./session.ts";

/** What a person decides about: their phone shows it, and their passkey signs it. */
export interface ShownRequest {
  screen: DeviceInfo;
  /** Separated by spaces. */
  scope: string;
  consent: Consent;
  /** ISO 8601, UTC: when the login was started on the screen. */
  requested_at: string;
  /** Missing until the risk is assessed. */
  risk?: RiskAssessment;
}

/**
 * The signed statement contains only what the phone may know. Its digest is the challenge, so anyone who
 * knows the rest of it could find an undisclosed IPv4 address by trying all of them.
 */
export function shownRequest(session: ScannedSession, account: AuthenticatedUser): ShownRequest {
  const { screen, scope, createdAt, claim } = session;
  const { phone, assessed } = claim;
  return {
    screen: disclosedScreen(screen, phone),
    scope,
    consent: consentOf(session, account),
    requested_at: new Date(createdAt).toISOString(),
    ...(assessed && {
      risk: { verdict: assessed.verdict, reasons: disclosedReasons(assessed.reasons) },
    }),
  };
}
