import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from "@simplewebauthn/server";
import { decodeBase64url, decodeTrustedBase64url } from "../../lib/base64url.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import type { Assertion, Credential, MadeCredential } from "../account-state.ts";
import type { AssertionResponse, AttestationResponse } from "./passkey-schemas.ts";

/**
 * The two ceremonies of WebAuthn Level 3, as this site holds them: passkeys that are found without
 * typing a name (resident), that always verify their person, and of whose maker nothing is asked.
 */
export interface Ceremony {
  challenge: string;
  /** When its challenge was drawn, milliseconds since the epoch. */
  begunAt: number;
  /** Our own origin, whose host name is the relying party's id. */
  origin: string;
}

/** Milliseconds that a person has, from the challenge to the answer (§15.1 on generous time). */
export const CEREMONY_TTL = 300_000;

/** COSE algorithm identifiers (RFC 9053 §2, RFC 8812 §2): ES256, EdDSA, RS256. */
const ALGORITHMS = [-7, -8, -257];

/**
 * SimpleWebAuthn, loaded when the first passkey is used: it is half of the Worker's code, and most
 * requests need none of it.
 */
const loadWebAuthn = () => import("@simplewebauthn/server");
const loadWebAuthnHelpers = () => import("@simplewebauthn/server/helpers");

export async function registrationOptions(
  origin: string,
  { sub, name }: { sub: string; name: string },
  /** What the account has already, so that no authenticator makes a second one (§5.4.5). */
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

/** To sign one thing: the challenge is its SHA-256, base64url. */
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
 * §7.1. That nobody else has registered this credential isn't looked up anywhere: a sign-in is
 * matched within the account that its user handle names, so a copy of another's public key in an
 * account of one's own draws nobody there.
 */
export async function verifyRegistration(
  response: AttestationResponse,
  { challenge, origin }: Ceremony,
): Promise<Result<MadeCredential, "passkey_invalid">> {
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
    if (!verified) return err("passkey_invalid");
    const { credential, credentialDeviceType, credentialBackedUp } = registrationInfo;
    return ok({
      id: credential.id,
      publicKey: credential.publicKey,
      counter: credential.counter,
      transports: response.response.transports,
      deviceType: credentialDeviceType,
      backedUp: credentialBackedUp,
    });
  } catch {
    // The library throws for every check that fails, and for input that it can't read.
    return err("passkey_invalid");
  }
}

/** §7.2, but for what depends on earlier uses: that is decided where those are known. */
export async function verifyAssertion(
  response: AssertionResponse,
  credential: Credential,
  { challenge, origin }: Ceremony,
): Promise<Result<Assertion, "passkey_invalid">> {
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
    if (!verified) return err("passkey_invalid");
    return ok({
      counter: authenticationInfo.newCounter,
      deviceType: authenticationInfo.credentialDeviceType,
      backedUp: authenticationInfo.credentialBackedUp,
    });
  } catch {
    return err("passkey_invalid");
  }
}

function relyingPartyId(origin: string): string {
  return new URL(origin).hostname;
}

/** §7.1 and §7.2, "crossOrigin": no page of ours is ever framed by another site. */
async function refuseFrames(clientDataJSON: string): Promise<void> {
  const { decodeClientDataJSON } = await loadWebAuthnHelpers();
  const { crossOrigin, topOrigin } = decodeClientDataJSON(clientDataJSON);
  if (crossOrigin === true || topOrigin !== undefined) throw new Error("made in a frame");
}

/**
 * With attestation "none" a browser sends no statement, or one that the passkey signed itself (§5.1.3).
 * Anything else was not asked for, and is not even read: a stranger's certificate names addresses
 * from which its revocations would be fetched.
 */
async function refuseCertificates(attestationObject: string): Promise<void> {
  const { decodeAttestationObject } = await loadWebAuthnHelpers();
  const bytes = decodeBase64url(attestationObject);
  if (!bytes) throw new Error("not base64url");
  const attestation = decodeAttestationObject(bytes);
  const format = attestation.get("fmt");
  const selfSigned = format === "packed" && attestation.get("attStmt").get("x5c") === undefined;
  if (format !== "none" && !selfSigned) throw new Error("an attestation nobody asked for");
}
