import { canonicalJson } from "./canonical-json.ts";
import type { ScannedSession } from "./session.ts";

/**
 * What a person signs with their passkey when they approve a login: the challenge of the assertion is
 * the SHA-256 of this text, so it is good for no other session, client or account, for nothing but
 * what was shown, and for no other ceremony. Statement and assertion together prove later what was
 * approved, to anybody who has the passkey's public key.
 */
export function statementOf(session: ScannedSession, sub: string, nonce: string): string {
  const { id, clientId, scope, createdAt, screen, claim } = session;
  return canonicalJson({
    purpose: "qr-login.v1 approval",
    session_id: id,
    client_id: clientId,
    sub,
    nonce,
    shown: {
      screen: { ...screen },
      scope,
      requested_at: new Date(createdAt).toISOString(),
      verdict: claim.assessed?.verdict,
      reasons: claim.assessed?.reasons.map((reason) => ({ ...reason })),
    },
  });
}

/** A statement that was signed. The assertion has been verified by whoever knows the passkey. */
export interface Proof {
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
