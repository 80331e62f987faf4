import { canonicalJson } from "../../lib/canonical-json.ts";
import type { AuthenticatedUser } from "./authenticated-user.ts";
import type { ScannedSession } from "./session.ts";
import { shownRequest } from "./shown-request.ts";

/**
 * What a person signs with their passkey when they approve a login: the challenge of the assertion is
 * the SHA-256 of this text. So a signature is valid only for this session, client and account, and for
 * what the phone has shown. Anyone with the passkey's public key can later verify what was approved.
 */
export function approvalStatement(
  session: ScannedSession,
  account: AuthenticatedUser,
  nonce: string,
): string {
  const { screen, consent, risk, ...shown } = shownRequest(session, account);
  return canonicalJson({
    // Version 2 adds what the client receives, and contains of the screen only what the phone was shown.
    purpose: "qr-login.v2 approval",
    session_id: session.id,
    client_id: session.clientId,
    sub: account.sub,
    nonce,
    shown: {
      ...shown,
      screen: { ...screen },
      consent: { ...consent },
      verdict: risk?.verdict,
      reasons: risk?.reasons.map((reason) => ({ ...reason })),
    },
  });
}
