import { VERIFIER } from "./api.ts";
import { approvedLink } from "./approved-link.ts";
import { Authenticator } from "./authenticator.ts";
import { Browser, ISSUER } from "./browser.ts";

/** A phone that came in by the approval of one that is signed in: of the only one, as a rule. */
export async function linkedPhone(sub: string, phone = new Browser()): Promise<Browser> {
  const code = await approvedLink(sub);
  const answer = await phone.post("/account/link", { code, code_verifier: VERIFIER });
  if (answer.status !== 200) throw new Error(`not let in: ${await answer.text()}`);
  return phone;
}

/** A phone makes a passkey of its own. */
export async function makePasskey(phone: Browser): Promise<Authenticator> {
  const begun = await phone.post("/account/passkeys/options", {});
  const { options } = await begun.json<{ options: Parameters<Authenticator["create"]>[0] }>();
  const authenticator = await Authenticator.make(ISSUER);
  const response = await authenticator.create(options);
  const answer = await phone.post("/account/passkeys", { response });
  if (answer.status !== 201) throw new Error(`not made: ${await answer.text()}`);
  return authenticator;
}
