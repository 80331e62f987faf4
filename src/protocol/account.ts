import * as v from "valibot";

/** Responses of `/account`: who is signed in. */

export const SignedInUser = v.object({ sub: v.string(), name: v.string() });

export type SignedInUser = v.InferOutput<typeof SignedInUser>;

/** 200 of `GET /account`. */
export const AccountResponse = v.object({
  signed_in: v.boolean(),
  /** Whether this server has built-in accounts. */
  passkeys: v.boolean(),
  /** Missing if nobody is signed in. */
  account: v.exactOptional(SignedInUser),
});

export type AccountResponse = v.InferOutput<typeof AccountResponse>;

/** 200 or 201 of a request that signs a phone in. */
export const SignedInResponse = v.object({ account: SignedInUser });

export type SignedInResponse = v.InferOutput<typeof SignedInResponse>;
