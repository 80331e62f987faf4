import * as v from "valibot";
import { get, remove } from "../../api.ts";

const text = v.optional(v.string());

/** A phone that is signed in to the account. */
const SignedInPhone = v.object({
  id: v.string(),
  browser: text,
  system: text,
  city: text,
  country: text,
  signed_in_at: v.string(),
  last_seen_at: v.string(),
  by: v.string(),
  /** Whether it is this one. */
  current: v.boolean(),
  /** It came in lately, without a passkey, and may not do everything yet. */
  unconfirmed: v.boolean(),
});

export type SignedInPhone = v.InferOutput<typeof SignedInPhone>;

const Phones = v.object({ phones: v.array(SignedInPhone) });

/** This one comes first. Throws a `LoginError`, as all of these. */
export async function fetchPhones(): Promise<SignedInPhone[]> {
  const { phones } = await get("/account/phones", Phones);
  return phones.toSorted((a, b) => Number(b.current) - Number(a.current));
}

export async function endPhone({ id }: SignedInPhone): Promise<void> {
  await remove(`/account/phones/${id}`);
}

export async function endOtherPhones(): Promise<void> {
  await remove("/account/phones");
}
