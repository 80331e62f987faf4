import { canonicalJson } from "../../lib/canonical-json.ts";
import type { AuthenticatedUser, ScannedSession } from "./session.ts";
import { shownRequest } from "./shown-request.ts";

/**
 * What a person signs with their passkey when they approve a login: the challenge of the assertion is
 * the SHA-256 of this text, so it is good for no other session, client or account, for nothing but
 * what was shown, and for no other ceremony. Statement and assertion together prove later what was
 * approved, to anybody who has the passkey's public key.
 */
export function approvalStatement(
  session: ScannedSession,
  account: AuthenticatedUser,
  nonce: string,
): string {
  const { screen, consent, risk, ...shown } = shownRequest(session, account);
  return canonicalJson({
    // Version 2 has what the client receives, and of the screen only what the phone was shown.
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

/** A statement that was signed. The assertion has been verified by whoever knows the passkey. */
export interface SignedApproval {
  statement: string;
  /** What made this statement one of its own: it is part of it. */
  nonce: string;
  assertion: SignedAssertion;
}

/** AuthenticationResponseJSON (WebAuthn Level 3 §5.1), as far as it proves something. */
export interface SignedAssertion {
  id: string;
  response: { clientDataJSON: string; authenticatorData: string; signature: string };
}
