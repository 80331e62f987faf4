import * as v from "valibot";

/** `/account/phones`: the phones that are signed in. Instants are ISO 8601, UTC. */

export const SignedInPhone = v.object({
  id: v.string(),
  browser: v.exactOptional(v.string()),
  system: v.exactOptional(v.string()),
  city: v.exactOptional(v.string()),
  /** ISO 3166-1 alpha-2. */
  country: v.exactOptional(v.string()),
  signed_in_at: v.string(),
  /** To the day. */
  last_seen_at: v.string(),
  /** How it signed in. */
  by: v.picklist(["passkey", "another_phone", "recovery_code"]),
  /** Whether it is the phone that sent the request. */
  current: v.boolean(),
  /** Whether it is new, and may not yet change how people sign in to the account. */
  unconfirmed: v.boolean(),
});

export type SignedInPhone = v.InferOutput<typeof SignedInPhone>;

/** 200 of `GET /account/phones`. The phone that was used last comes first. */
export const PhonesResponse = v.object({ phones: v.array(SignedInPhone) });

export type PhonesResponse = v.InferOutput<typeof PhonesResponse>;
