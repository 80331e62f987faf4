import { LOGIN_PAGE_ID, parseLoginPage, type ClientLogin } from "../../protocol/login-page.ts";
import { beginSession, ShownLogin } from "../sdk.ts";

/** What the server has written into the page for a browser that a client has sent; nothing for others. */
export function readLoginPage(): ReturnType<typeof parseLoginPage> | undefined {
  const json = document.getElementById(LOGIN_PAGE_ID)?.textContent;
  return json ? parseLoginPage(json) : undefined;
}

/** A client's login, which may take more than one session until somebody approves. */
export class LoginOfClient {
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
    return new ShownLogin(await beginSession(issuer, this.#login.request), { issuer });
  }
}

/** Milliseconds since the page began to arrive: the codes count from there, not from when a script ran. */
function ageOfPage(): number {
  const [navigation] = performance.getEntriesByType("navigation");
  if (!(navigation instanceof PerformanceNavigationTiming)) return 0;
  return performance.now() - navigation.responseStart;
}
