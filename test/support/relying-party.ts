import type { AuthenticatedUser } from "../../src/login-session/domain/authenticated-user.ts";
import { app } from "../../src/app.ts";
import { ISSUER, VERIFIER } from "./api.ts";
import { approveTyped, TestScreen } from "./test-screen.ts";

/** A client, as its own server or app uses the endpoints. */
export class RelyingParty {
  readonly worker: Env;
  readonly clientId: string;
  /** The parameters that authenticate the client in each request. */
  credentials: () => Promise<Record<string, string>>;

  /** Sent with each request. */
  readonly #headers: Record<string, string>;

  constructor(
    worker: Env,
    clientId: string,
    secret?: string,
    headers: Record<string, string> = {},
  ) {
    this.worker = worker;
    this.#headers = headers;
    this.clientId = clientId;
    const fixed = {
      client_id: clientId,
      ...(secret === undefined ? {} : { client_secret: secret }),
    };
    this.credentials = async () => fixed;
  }

  async request(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    for (const [name, value] of Object.entries(this.#headers)) headers.set(name, value);
    return await app.request(`${ISSUER}${path}`, { ...init, headers }, this.worker);
  }

  /** Posts a form with the client's credentials. */
  async post(
    path: string,
    form: Record<string, string>,
    headers: HeadersInit = {},
  ): Promise<Response> {
    const body = new URLSearchParams({ ...(await this.credentials()), ...form });
    return await this.request(path, { method: "POST", headers, body });
  }

  /** The code of an approved login, and its session id. */
  async approvedCode(
    change: object = {},
    account?: AuthenticatedUser,
  ): Promise<{ code: string; sessionId: string }> {
    const creation = { client_id: this.clientId, ...change };
    const screen = await TestScreen.begin(creation, { worker: this.worker });
    await approveTyped(screen.stub, account);
    const { code, status } = await screen.snapshot();
    if (code === undefined) throw new Error(`no code: ${status}`);
    return { code, sessionId: screen.created.session_id };
  }

  redeem(code: string, headers: HeadersInit = {}): Promise<Response> {
    const form = { grant_type: "authorization_code", code, code_verifier: VERIFIER };
    return this.post("/token", form, headers);
  }

  refresh(token: string, form: object = {}, headers: HeadersInit = {}): Promise<Response> {
    const grant = { grant_type: "refresh_token", refresh_token: token, ...form };
    return this.post("/token", grant, headers);
  }
}
