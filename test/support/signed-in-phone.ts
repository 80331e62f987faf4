import { Authenticator } from "./authenticator.ts";
import { Browser, ISSUER } from "./browser.ts";

/** A phone that is signed in to a passkey account, and its passkey. */
export interface SignedInPhone {
  phone: Browser;
  passkey: Authenticator;
  sub: string;
}

/** A phone whose owner has just created an account. */
export async function newAccount(): Promise<SignedInPhone> {
  const phone = new Browser();
  const passkey = await Authenticator.make(ISSUER);
  const response = await passkey.create(await phone.registrationOptions());
  const answer = await phone.post("/account/register", { response });
  if (answer.status !== 201) throw new Error(`no account: ${await answer.text()}`);
  const { account } = await answer.json<{ account: { sub: string } }>();
  return { phone, passkey, sub: account.sub };
}

/** Another phone that the same passkey has come to. */
export async function anotherPhone({ passkey }: SignedInPhone): Promise<Browser> {
  const phone = new Browser();
  const response = await passkey.get(await phone.signInOptions());
  const answer = await phone.post("/account/sign-in", { response });
  if (answer.status !== 200) throw new Error(`not signed in: ${await answer.text()}`);
  return phone;
}
