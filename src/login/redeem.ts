import type { Outcome, Redeem } from "./command.ts";
import { bury } from "./end.ts";
import { refusal, type RedeemError } from "./errors.ts";
import { sameSecret } from "./same-secret.ts";
import type { Session, SessionFacts } from "./session.ts";

/** A code gives tokens once, to the client it was made for, against the proof of who began. */
export function redeem(session: Session, command: Redeem, now: number): Outcome {
  if (!sameSecret(session.codeHash, command.codeHash)) return refusal("code_unknown");
  // RFC 6749 §4.1.3: the code was issued to this client.
  if (session.clientId !== command.clientId) return refusal("client_mismatch");
  if (session.status !== "approved") return refusal(whyNotRedeemable(session, command.proof));
  const refused = notTheirs(session, command);
  return refused ?? { ok: true, next: bury(session, "redeemed", now) };
}

function whyNotRedeemable(
  session: Exclude<Session, { status: "approved" }>,
  { grant }: Redeem["proof"],
): RedeemError {
  switch (session.status) {
    case "pending":
    case "scanned":
      // A device knows its code from the beginning and asks until it is good (RFC 8628 §3.5).
      return grant === "device_code" && session.begunBy.grant === "device_code"
        ? "authorization_pending"
        : "code_unknown";
    case "denied":
    case "cancelled":
      return "access_denied";
    case "expired":
      return "code_expired";
    case "redeemed":
      return "code_used";
  }
}

function notTheirs(
  session: SessionFacts,
  { proof, jkt }: Redeem,
): { ok: false; error: RedeemError } | undefined {
  const { begunBy, dpopJkt } = session;
  // RFC 9449 §10: the code is worth something to the holder of that key alone.
  if (dpopJkt !== undefined && dpopJkt !== jkt) return refusal("key_mismatch");
  if (proof.grant === "device_code") {
    return begunBy.grant === "device_code" ? undefined : refusal("grant_mismatch");
  }
  if (begunBy.grant !== "authorization_code") return refusal("grant_mismatch");
  // RFC 6749 §4.1.3: it names the login's redirect again, if it has one. A client that has no other
  // need not (OpenID Connect Core §3.1.3.2).
  const redirectUri = proof.redirectUri ?? (session.redirect && proof.onlyRedirectUri);
  if (redirectUri !== session.redirect?.uri) return refusal("redirect_mismatch");
  // RFC 7636 §4.6.
  if (!sameSecret(begunBy.codeChallenge, proof.verifierHash)) return refusal("verifier_mismatch");
  return undefined;
}
