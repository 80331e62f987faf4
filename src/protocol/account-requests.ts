import * as v from "valibot";
import { DisplayName } from "./display-name.ts";
import { AssertionResponse, AttestationResponse } from "./webauthn.ts";

/**
 * The bodies of requests to `/account` and `/account/passkeys`. In a file of their own, since the pages need only their
 * types.
 */

/** `POST /account/register/options`. */
export const RegistrationOptionsBody = v.strictObject({ name: DisplayName });

export type RegistrationOptionsBody = v.InferInput<typeof RegistrationOptionsBody>;

/** `POST /account/register`. */
export const RegistrationBody = v.strictObject({ response: AttestationResponse });

/** `POST /account/sign-in`. */
export const SignInBody = v.strictObject({ response: AssertionResponse });

/** `POST /account/recover`. */
export const RecoverBody = v.strictObject({ recovery_code: v.pipe(v.string(), v.maxLength(100)) });

export type RecoverBody = v.InferInput<typeof RecoverBody>;

/** `POST /account/link`: a code that another phone has approved. */
export const LinkBody = v.strictObject({
  code: v.pipe(v.string(), v.maxLength(2200)),
  /** RFC 7636 §4.1. */
  code_verifier: v.pipe(v.string(), v.regex(/^[\w.~-]{43,128}$/)),
});

export type LinkBody = v.InferInput<typeof LinkBody>;

/** `POST /account/passkeys`. Without a name, the passkey is named after the browser. */
export const AddPasskeyBody = v.strictObject({
  name: v.exactOptional(DisplayName),
  response: AttestationResponse,
});

/** `PATCH /account/passkeys/:id`. */
export const RenamePasskeyBody = v.strictObject({ name: DisplayName });

export type RenamePasskeyBody = v.InferInput<typeof RenamePasskeyBody>;
