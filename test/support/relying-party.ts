import { env } from "cloudflare:workers";
import { app } from "../../src/app.ts";
import type { CreatedSession } from "../../src/protocol/responses.ts";
import type { Snapshot } from "../../src/protocol/snapshot.ts";
import { sessionStub } from "../../src/login-session/durable-object/session-stub.ts";
import type { AuthenticatedUser } from "../../src/login-session/domain/authenticated-user.ts";
import { approve, CREATION, ISSUER, VERIFIER } from "./api.ts";

/** The Worker as it is where these clients are configured. */
export function workerWith(...clients: { client_id: string; [setting: string]: unknown }[]): Env {
  return { ...env, CLIENTS: clients.map((client) => ({ name: client.client_id, ...client })) };
}

/** A client of ours, as its own server or app sees us. */
export class RelyingParty {
  readonly worker: Env;
  readonly clientId: string;
  /** What the client sends with each request to prove itself. */
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

  /** Posts a form with the client's credentials in it. */
  async post(
    path: string,
    form: Record<string, string>,
    headers: HeadersInit = {},
  ): Promise<Response> {
    const body = new URLSearchParams({ ...(await this.credentials()), ...form });
    return await this.request(path, { method: "POST", headers, body });
  }

  /** A login of this client that somebody approved: its code, and the session that it is of. */
  async approvedCode(
    change: object = {},
    account?: AuthenticatedUser,
  ): Promise<{ code: string; sessionId: string }> {
    const answer = await this.request("/sessions", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ ...CREATION, client_id: this.clientId, ...change }),
    });
    if (answer.status !== 201) throw new Error(`not created: ${await answer.text()}`);
    const created = await answer.json<CreatedSession>();
    const stub = sessionStub(this.worker, created.session_id);
    if (!stub) throw new Error("the session has no object");
    using scanned = await stub.scan("user_code", {});
    if (!scanned.ok) throw new Error(`not scanned: ${scanned.error}`);
    await approve({ stub }, scanned.value.scan_token, account);
    const headers = { Authorization: `Bearer ${created.watch_token}` };
    const seen = await this.request(`/sessions/${created.session_id}`, { headers });
    const snapshot = await seen.json<Snapshot>();
    if (snapshot.code === undefined) throw new Error(`no code: ${snapshot.status}`);
    return { code: snapshot.code, sessionId: created.session_id };
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
