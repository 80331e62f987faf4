import { defined } from "../../lib/defined.ts";
import { err } from "../../lib/result.ts";
import { timingSafeEqual } from "../../lib/timing-safe-equal.ts";
import type { Outcome, Redeem } from "./commands.ts";
import type { RedeemError } from "./errors.ts";
import { closeSession } from "./expiry.ts";
import { areGranted } from "./resources.ts";
import type { ApprovedSession, ClientBinding, ClosedSession, Session } from "./session.ts";

/** What a code was issued for. Nothing else redeems it. */
export interface CodeBinding {
  /** Hash of the code without its sealed reference. */
  codeHash: string;
  clientId: string;
  begunBy: ClientBinding;
  redirectUri?: string;
}

/** A code that a client presents, with its proof. */
export type PresentedCode = Pick<Redeem, "codeHash" | "clientId" | "proof" | "resources">;

/**
 * Redeems the code of an approved session. Everything is checked first: `bindingError`, then the key and
 * the resources. A refusal changes nothing, so the code stays valid for its client.
 */
export function redeem(session: Session, command: Redeem, now: number): Outcome {
  if (!timingSafeEqual(session.codeHash, command.codeHash)) return err("code_unknown");
  // RFC 6749 §4.1.3: the code was issued to this client.
  if (session.clientId !== command.clientId) return err("client_mismatch");
  if (session.status !== "approved") return err(notRedeemableError(session, command.proof));
  const error = bindingError(codeBindingOf(session), command);
  if (error) return err(error);
  // RFC 9449 §10: only the holder of that key can redeem the code.
  if (session.dpopJkt !== undefined && session.dpopJkt !== command.jkt) {
    return err("key_mismatch");
  }
  if (!areGranted(session.resources, command.resources)) return err("resource_not_granted");
  return { ok: true, next: redeemed(session, now) };
}

/** The session after its code was redeemed. */
export function redeemed(session: ApprovedSession, now: number): ClosedSession {
  return closeSession(session, "redeemed", now);
}

export function codeBindingOf(session: ApprovedSession): CodeBinding {
  const { codeHash, clientId, begunBy, redirect } = session;
  return { codeHash, clientId, begunBy, ...defined({ redirectUri: redirect?.uri }) };
}

/** Why a code does not match the binding, or comes without the right proof. Undefined if both are right. */
export function bindingError(
  { codeHash, clientId, begunBy, redirectUri }: CodeBinding,
  presented: PresentedCode,
): RedeemError | undefined {
  const { proof } = presented;
  if (!timingSafeEqual(codeHash, presented.codeHash)) return "code_unknown";
  // RFC 6749 §4.1.3: the code was issued to this client.
  if (clientId !== presented.clientId) return "client_mismatch";
  if (proof.grant === "device_code") {
    return begunBy.grant === "device_code" ? undefined : "grant_mismatch";
  }
  if (begunBy.grant !== "authorization_code") return "grant_mismatch";
  // RFC 6749 §4.1.3: the request repeats the login's redirect URI, if there is one. A client with only
  // one registered URI may omit it (OpenID Connect Core §3.1.3.2).
  const named =
    proof.redirectUri ?? (redirectUri === undefined ? undefined : proof.onlyRedirectUri);
  if (named !== redirectUri) return "redirect_mismatch";
  return verifierError(begunBy.codeChallenge, proof.verifierHash);
}

/** RFC 7636 §4.6: a challenge needs its verifier. RFC 9700 §4.8.2: a verifier needs a challenge. */
function verifierError(
  challenge: string | undefined,
  verifierHash: string | undefined,
): RedeemError | undefined {
  if (challenge === undefined) {
    return verifierHash === undefined ? undefined : "verifier_not_expected";
  }
  if (verifierHash === undefined) return "verifier_missing";
  return timingSafeEqual(challenge, verifierHash) ? undefined : "verifier_mismatch";
}

function notRedeemableError(
  session: Exclude<Session, ApprovedSession>,
  { grant }: Redeem["proof"],
): RedeemError {
  switch (session.status) {
    case "pending":
    case "scanned":
      // A device has its code from the beginning and polls until it is valid (RFC 8628 §3.5).
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
