import type { ClientLogin } from "../../protocol/login-page.ts";
import { beginSession, ShownLogin } from "../../sdk/index.ts";
import { ageOfPage } from "./read-page.ts";

/** A client's login, which may take more than one session until somebody approves. */
export class ClientLoginSession {
  readonly #login: ClientLogin;
  /** The session that came with the page has been shown. */
  #adopted = false;

  constructor(login: ClientLogin) {
    this.#login = login;
  }

  get clientName(): string {
    return this.#login.client_name;
  }

  get declined(): ClientLogin["declined"] {
    return this.#login.declined;
  }

  /** The session that came with the page, the first time; later another one, for the same request. */
  async begin(): Promise<ShownLogin> {
    const issuer = location.origin;
    if (!this.#adopted) {
      this.#adopted = true;
      return new ShownLogin(this.#login.session, { issuer, age: ageOfPage() });
    }
    const request = { ...this.#login.request, user_code: false };
    return new ShownLogin(await beginSession(issuer, request), { issuer });
  }
}
