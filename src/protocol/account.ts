import * as v from "valibot";
import { DisplayName } from "./display-name.ts";
import { AssertionResponse, AttestationResponse } from "./webauthn.ts";

/** `/account`: to create a built-in account, to sign in to it, and to read who is signed in. */

export const Person = v.object({ sub: v.string(), name: v.string() });

export type Person = v.InferOutput<typeof Person>;

/** 200 of `GET /account`. */
export const AccountResponse = v.object({
  signed_in: v.boolean(),
  /** Whether this server has built-in accounts. */
  passkeys: v.boolean(),
  /** Missing if nobody is signed in. */
  account: v.exactOptional(Person),
});

export type AccountResponse = v.InferOutput<typeof AccountResponse>;

/** `POST /account/register/options`. */
export const RegistrationOptionsBody = v.strictObject({ name: DisplayName });

/** `POST /account/register`. */
export const RegistrationBody = v.strictObject({ response: AttestationResponse });

/** `POST /account/sign-in`. */
export const SignInBody = v.strictObject({ response: AssertionResponse });

/** `POST /account/recover`. */
export const RecoverBody = v.strictObject({
  recovery_code: v.pipe(v.string(), v.maxLength(100)),
});

export type RecoverBody = v.InferInput<typeof RecoverBody>;

/** `POST /account/link`: a code that another phone has approved. */
export const LinkBody = v.strictObject({
  code: v.pipe(v.string(), v.maxLength(2200)),
  /** RFC 7636 §4.1. */
  code_verifier: v.pipe(v.string(), v.regex(/^[\w.~-]{43,128}$/)),
});

export type LinkBody = v.InferInput<typeof LinkBody>;

/** 200 or 201 of a request that signs a phone in. */
export const SignedInResponse = v.object({ account: Person });

export type SignedInResponse = v.InferOutput<typeof SignedInResponse>;
