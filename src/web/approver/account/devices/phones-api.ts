import { PhonesResponse, type SignedInPhone } from "../../../../protocol/phones.ts";
import { get, remove } from "../../api.ts";

/** The phones that are signed in. All functions throw a `LoginError`. */

/** This phone comes first. */
export async function fetchPhones(): Promise<SignedInPhone[]> {
  const { phones } = await get("/account/phones", PhonesResponse);
  return phones.toSorted((a, b) => Number(b.current) - Number(a.current));
}

export async function endPhone({ id }: SignedInPhone): Promise<void> {
  await remove(`/account/phones/${id}`);
}

export async function endOtherPhones(): Promise<void> {
  await remove("/account/phones");
}
