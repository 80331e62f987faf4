import type { ClientLogin } from "../../protocol/login-page.ts";
import { createSession } from "../../sdk/create-session.ts";
import { LoginSession } from "../../sdk/login-session.ts";
import { KeepChoice } from "./keep-choice.ts";
import { ageOfPage } from "./read-page.ts";

/** The login that a client requested. It starts a new session whenever one ends without an approval. */
export class ClientLoginSession {
  readonly #login: ClientLogin;
  /** Present if this browser may stay logged in. */
  readonly keepChoice: KeepChoice | undefined;
  /** Whether the session that came with the page was used. */
  #adopted = false;

  constructor(login: ClientLogin) {
    this.#login = login;
    this.keepChoice = login.sso ? new KeepChoice() : undefined;
  }

  get clientName(): string {
    return this.#login.client_name;
  }

  get declined(): ClientLogin["declined"] {
    return this.#login.declined;
  }

  /** The first session came with the page; later ones are created for the same request. */
  async begin(): Promise<LoginSession> {
    const issuer = location.origin;
    if (!this.#adopted) {
      this.#adopted = true;
      return new LoginSession(this.#login.session, { issuer, age: ageOfPage() });
    }
    const { request } = this.#login;
    if (!request) return await reloadPage();
    return new LoginSession(await createSession(issuer, { ...request, user_code: false }), {
      issuer,
    });
  }
}

/** The server starts another session of the pushed request. */
async function reloadPage(): Promise<never> {
  location.reload();
  return await new Promise<never>(() => undefined);
}
