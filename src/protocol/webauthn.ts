import * as v from "valibot";
import { decodeBase64url } from "../lib/base64url.ts";

/**
 * The responses of an authenticator: RegistrationResponseJSON and AuthenticationResponseJSON (WebAuthn Level 3 §5.1).
 * The standard may add members, so unknown ones are ignored. The limits are far above what real passkeys need.
 */

/* @__NO_SIDE_EFFECTS__ */
const base64url = (maxLength: number) =>
  v.pipe(
    v.string(),
    v.nonEmpty(),
    v.maxLength(maxLength),
    v.check((text) => decodeBase64url(text) !== undefined, "must be base64url"),
  );

/** §4, "credential ID": at most 1023 bytes. */
const CredentialId = base64url(1364);

const credential = { id: CredentialId, rawId: CredentialId, type: v.literal("public-key") };

export const AttestationResponse = v.object({
  ...credential,
  response: v.object({
    clientDataJSON: base64url(2048),
    attestationObject: base64url(8192),
    transports: v.optional(
      v.pipe(v.array(v.pipe(v.string(), v.maxLength(32))), v.maxLength(10)),
      [],
    ),
  }),
});

export type AttestationResponse = v.InferOutput<typeof AttestationResponse>;

export const AssertionResponse = v.object({
  ...credential,
  response: v.object({
    clientDataJSON: base64url(2048),
    authenticatorData: base64url(2048),
    signature: base64url(1024),
    /** Names the account. Always present if the options name no credentials (§7.2, "identify the user"). */
    userHandle: base64url(86),
  }),
});

export type AssertionResponse = v.InferOutput<typeof AssertionResponse>;
