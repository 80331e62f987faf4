import { OWN_CLIENT_ID, OWN_SCOPE, type FirstPartyLogin } from "../../protocol/login-page.ts";
import { DpopKey } from "../../sdk/dpop-key.ts";
import { requireCryptography } from "../../sdk/start-login.ts";
import { Login, LoginFailure, startLogin } from "../../sdk/index.ts";
import { ageOfPage } from "./read-page.ts";

/** The page's own logins, one after the other, as somebody wants them. */
export class FirstPartyLoginSession {
  /** The one that came with the page, until it is shown. */
  #brought: FirstPartyLogin | undefined;

  constructor(brought: FirstPartyLogin | undefined) {
    this.#brought = brought;
  }

  async begin(): Promise<Login> {
    const brought = this.#brought;
    this.#brought = undefined;
    return brought
      ? await adopt(brought)
      : await startLogin({ clientId: OWN_CLIENT_ID, scope: OWN_SCOPE, userCode: false });
  }
}

async function adopt({ session, own }: FirstPartyLogin): Promise<Login> {
  requireCryptography();
  const issuer = location.origin;
  // What is asked of the server from here would be asked of another one than it takes itself for.
  if (new URL(session.qr.prefix).origin !== issuer) {
    throw new LoginFailure("origin_not_allowed", "This page was not loaded from its own address.");
  }
  const key = await DpopKey.make();
  return new Login(session, { issuer, clientId: OWN_CLIENT_ID, ...own, key, age: ageOfPage() });
}
