import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from "@simplewebauthn/browser";
import { encodeBase64url } from "../../lib/base64url.ts";
import { DecisionResponse, ScanResponse } from "../../protocol/responses.ts";
import { AuthenticationOptionsResponse } from "../../protocol/webauthn-options.ts";
import { LoginError } from "../../sdk/login-error.ts";
import { withRetries } from "../../sdk/retry.ts";
import { post, postOnce } from "./api.ts";

/** The requests of the phone about a login session. All functions throw a `LoginError`. */

/** What was scanned: a code, a typed code, a session that was scanned before, or one that this browser displays. */
export type Scanned =
  | { by: "link"; sessionId: string; t: number; mac: string }
  | { by: "user_code"; userCode: string }
  | { by: "scan_token"; sessionId: string; scanToken: string }
  | { by: "same_device"; sessionId: string };

/**
 * The scan token that this page proposes for each code. Repeating a scan with the same token is
 * idempotent, so a scan whose response was lost can be sent again.
 */
const scanTokens = new Map<string, string>();

function scanTokenFor(code: string): string {
  const token = scanTokens.get(code) ?? encodeBase64url(crypto.getRandomValues(new Uint8Array(32)));
  scanTokens.set(code, token);
  return token;
}

export function scan(scanned: Scanned): Promise<ScanResponse> {
  if (scanned.by === "user_code") {
    const { userCode } = scanned;
    const body = { user_code: userCode, new_scan_token: scanTokenFor(userCode) };
    return post("/sessions/scan", body, ScanResponse);
  }
  const path = `/sessions/${scanned.sessionId}/scan`;
  switch (scanned.by) {
    case "link":
      return post(
        path,
        { t: scanned.t, mac: scanned.mac, new_scan_token: scanTokenFor(scanned.sessionId) },
        ScanResponse,
      );
    case "scan_token":
      return post(path, { scan_token: scanned.scanToken }, ScanResponse);
    case "same_device":
      return post(path, { same_device: true }, ScanResponse);
  }
}

/** The scan token, which allows a phone to decide on a session. */
export type Claim = Pick<ScanResponse, "session_id" | "scan_token">;

/** Scans a claimed session again, which returns its current state. */
export function byScanToken(claim: Claim): Extract<Scanned, { by: "scan_token" }> {
  return { by: "scan_token", sessionId: claim.session_id, scanToken: claim.scan_token };
}

/** What an approval takes besides the scan token, if the login's risk or its client requires it. */
export interface Proof {
  /** The digits that the screen displays. */
  match?: string;
  assertion?: AuthenticationResponseJSON;
}

export function approve(claim: Claim, proof: Proof): Promise<void> {
  return decide(claim, "approve", { scan_token: claim.scan_token, ...proof });
}

export function deny(claim: Claim): Promise<void> {
  return decide(claim, "deny", { scan_token: claim.scan_token });
}

/** Sends a decision, again if its response is lost. */
async function decide(claim: Claim, decision: "approve" | "deny", body: object): Promise<void> {
  await withRetries(async (previousTries) => {
    try {
      await postOnce(`/sessions/${claim.session_id}/${decision}`, body, DecisionResponse);
    } catch (error) {
      if (previousTries === 0 || !(await wasApplied(claim, decision, error))) throw error;
    }
  });
}

/**
 * Whether a decision that was refused when it was repeated had been applied the first time. An
 * assertion can be used once, so the refusal of a repeated one says nothing, and the session is
 * loaded again.
 */
async function wasApplied(
  claim: Claim,
  decision: "approve" | "deny",
  error: unknown,
): Promise<boolean> {
  const applied = decision === "approve" ? "already_approved" : "already_denied";
  if (!(error instanceof LoginError)) return false;
  if (error.code === applied) return true;
  if (error.code !== "ceremony_expired" && error.code !== "passkey_invalid") return false;
  return await scan(byScanToken(claim)).then(
    () => false,
    (refusal: unknown) => refusal instanceof LoginError && refusal.code === applied,
  );
}

/** The challenge names the session: the passkey signs the approval of this session only. */
export async function stepUpOptions(claim: Claim): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const body = { scan_token: claim.scan_token };
  return (await post(`/sessions/${claim.session_id}/step-up`, body, AuthenticationOptionsResponse))
    .options;
}
