import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from "@simplewebauthn/server";
import { decodeBase64url, decodeTrustedBase64url } from "../../lib/base64url.ts";
import { ok, type Result } from "../../lib/result.ts";
import {
  rejectPasskey,
  type Assertion,
  type Credential,
  type MadeCredential,
  type PasskeyRejection,
} from "./credential.ts";
import type { AssertionResponse, AttestationResponse } from "../../protocol/webauthn.ts";

/**
 * The two ceremonies of WebAuthn Level 3: passkeys are discoverable (no name is typed), always verify their user, and
 * are made without attestation.
 */
export interface Ceremony {
  challenge: string;
  /** When its challenge was generated, milliseconds since the epoch. */
  begunAt: number;
  /** Our own origin, whose host name is the relying party's id. */
  origin: string;
}

/** Milliseconds from the challenge to the response (§15.1, "timeouts should be generous"). */
export const CEREMONY_TTL = 300_000;

/** COSE algorithm identifiers (RFC 9053 §2, RFC 8812 §2): ES256, EdDSA, RS256. */
const ALGORITHMS = [-7, -8, -257];

/** SimpleWebAuthn is half of the Worker's code, so it is loaded when the first passkey is used. */
const loadWebAuthn = () => import("@simplewebauthn/server");
const loadWebAuthnHelpers = () => import("@simplewebauthn/server/helpers");

export async function registrationOptions(
  origin: string,
  { sub, name }: { sub: string; name: string },
  /** Existing passkeys of the account, so that no authenticator makes a second one (§5.4.5). */
  known: { id: string; transports: string[] }[] = [],
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const { generateRegistrationOptions } = await loadWebAuthn();
  return await generateRegistrationOptions({
    rpName: relyingPartyId(origin),
    rpID: relyingPartyId(origin),
    userID: Uint8Array.from(new TextEncoder().encode(sub)),
    userName: name,
    userDisplayName: name,
    excludeCredentials: known.map(({ id, transports }) => ({ id, transports })),
    attestationType: "none",
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
    supportedAlgorithmIDs: ALGORITHMS,
    timeout: CEREMONY_TTL,
  });
}

/** Options to sign one statement. `challenge`: its SHA-256, base64url. */
export async function stepUpOptions(
  origin: string,
  challenge: string,
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const { generateAuthenticationOptions } = await loadWebAuthn();
  return await generateAuthenticationOptions({
    rpID: relyingPartyId(origin),
    challenge: decodeTrustedBase64url(challenge),
    userVerification: "required",
    timeout: CEREMONY_TTL,
  });
}

export async function signInOptions(
  origin: string,
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const { generateAuthenticationOptions } = await loadWebAuthn();
  return await generateAuthenticationOptions({
    rpID: relyingPartyId(origin),
    userVerification: "required",
    timeout: CEREMONY_TTL,
  });
}

/**
 * §7.1. Whether another account has this credential id is not checked: a sign-in is matched within the account that its
 * user handle names, so a credential that is registered twice signs nobody in to the wrong account.
 */
export async function verifyRegistration(
  response: AttestationResponse,
  { challenge, origin }: Ceremony,
): Promise<Result<MadeCredential, PasskeyRejection>> {
  try {
    await refuseFrames(response.response.clientDataJSON);
    await refuseCertificates(response.response.attestationObject);
    const { verifyRegistrationResponse } = await loadWebAuthn();
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: { ...response, clientExtensionResults: {} },
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: relyingPartyId(origin),
      requireUserVerification: true,
      supportedAlgorithmIDs: ALGORITHMS,
    });
    if (!verified) return rejectPasskey("passkey_invalid", "signature_invalid");
    const { credential, credentialDeviceType, credentialBackedUp } = registrationInfo;
    return ok({
      id: credential.id,
      publicKey: credential.publicKey,
      counter: credential.counter,
      transports: response.response.transports,
      deviceType: credentialDeviceType,
      backedUp: credentialBackedUp,
    });
  } catch (error) {
    return rejected(error);
  }
}

/** §7.2, apart from the checks that depend on earlier uses (`usePasskey`). */
export async function verifyAssertion(
  response: AssertionResponse,
  credential: Credential,
  { challenge, origin }: Ceremony,
): Promise<Result<Assertion, PasskeyRejection>> {
  try {
    await refuseFrames(response.response.clientDataJSON);
    const { verifyAuthenticationResponse } = await loadWebAuthn();
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: { ...response, clientExtensionResults: {} },
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: relyingPartyId(origin),
      requireUserVerification: true,
      credential: {
        id: credential.id,
        publicKey: credential.publicKey,
        counter: credential.counter,
      },
    });
    if (!verified) return rejectPasskey("passkey_invalid", "signature_invalid");
    return ok({
      counter: authenticationInfo.newCounter,
      deviceType: authenticationInfo.credentialDeviceType,
      backedUp: authenticationInfo.credentialBackedUp,
    });
  } catch (error) {
    return rejected(error);
  }
}

/** The library throws for every check that fails, and for input that it can't read. Its messages quote the input, which is removed. */
function rejected(error: unknown) {
  const message = error instanceof Error ? error.message : String(error);
  return rejectPasskey("passkey_invalid", message.replaceAll(/"[^"]*"/g, '"…"').slice(0, 200));
}

function relyingPartyId(origin: string): string {
  return new URL(origin).hostname;
}

/** §7.1 and §7.2, "crossOrigin": our pages are never framed by another site. */
async function refuseFrames(clientDataJSON: string): Promise<void> {
  const { decodeClientDataJSON } = await loadWebAuthnHelpers();
  const { crossOrigin, topOrigin } = decodeClientDataJSON(clientDataJSON);
  if (crossOrigin === true || topOrigin !== undefined) throw new Error("framed_by_another_site");
}

/**
 * With attestation "none" a browser sends no statement, or one that the passkey signed itself (§5.1.3). Any other is
 * rejected unread: a certificate of unknown origin names URLs from which its revocations would be fetched.
 */
async function refuseCertificates(attestationObject: string): Promise<void> {
  const { decodeAttestationObject } = await loadWebAuthnHelpers();
  const bytes = decodeBase64url(attestationObject);
  if (!bytes) throw new Error("attestation_object_malformed");
  const attestation = decodeAttestationObject(bytes);
  const format = attestation.get("fmt");
  const selfSigned = format === "packed" && attestation.get("attStmt").get("x5c") === undefined;
  if (format !== "none" && !selfSigned) throw new Error("attestation_not_requested");
}
