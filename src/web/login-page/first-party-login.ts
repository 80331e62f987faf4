import { OWN_CLIENT_ID, OWN_SCOPE, type FirstPartyLogin } from "../../protocol/login-page.ts";
import { DpopKey } from "../../sdk/dpop-key.ts";
import { LoginError } from "../../sdk/login-error.ts";
import { Login, requireCryptography, startLogin } from "../../sdk/start-login.ts";
import { ageOfPage } from "./read-page.ts";

/** The logins that this page itself starts, one after the other. */
export class FirstPartyLoginSession {
  /** The login that came with the page, until it is used. */
  #initial: FirstPartyLogin | undefined;

  constructor(initial: FirstPartyLogin | undefined) {
    this.#initial = initial;
  }

  async begin(): Promise<Login> {
    const initial = this.#initial;
    this.#initial = undefined;
    return initial
      ? await adopt(initial)
      : await startLogin({ clientId: OWN_CLIENT_ID, scope: OWN_SCOPE, userCode: false });
  }
}

async function adopt({ session, own }: FirstPartyLogin): Promise<Login> {
  requireCryptography();
  const issuer = location.origin;
  // The page was loaded from another origin than the server's ISSUER, so its requests would be refused.
  if (new URL(session.qr.prefix).origin !== issuer) {
    throw new LoginError(
      "origin_not_allowed",
      "This page was not loaded from the issuer's origin.",
    );
  }
  const key = await DpopKey.generate();
  return new Login(session, { issuer, clientId: OWN_CLIENT_ID, ...own, key, age: ageOfPage() });
}
