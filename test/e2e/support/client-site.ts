import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A response at the redirect URI, and its mode. */
export interface Told {
  method: string;
  parameters: Record<string, string>;
}

/**
 * A web site that uses OpenID Connect with plain Node: it sends state, nonce and challenge, and
 * after the login redirects to another of its hosts, as many sites do.
 */
export class ClientSite implements AsyncDisposable {
  readonly origin: string;
  /** The other host: the same server under another name. */
  readonly home: string;
  readonly told: Told[] = [];
  /** The claims of the last login. */
  claims: Record<string, unknown> = {};
  idToken = "";
  /** The provider, once it has started. */
  issuer = "";
  readonly #server: ReturnType<typeof createServer>;
  readonly #pending = new Map<string, { nonce: string; verifier: string }>();

  readonly #clientId: string;
  readonly #name: string;

  private constructor(server: ReturnType<typeof createServer>, clientId: string, name: string) {
    this.#clientId = clientId;
    this.#name = name;
    const { port } = server.address() as AddressInfo;
    this.#server = server;
    this.origin = `http://localhost:${port}`;
    this.home = `http://127.0.0.1:${port}`;
  }

  static async start(clientId = "shop", name = "The Shop"): Promise<ClientSite> {
    const server = createServer((request, response) => void site.#answer(request, response));
    server.listen(0);
    await once(server, "listening");
    const site = new ClientSite(server, clientId, name);
    return site;
  }

  /** The client settings of the site. */
  get client() {
    return {
      client_id: this.#clientId,
      name: this.#name,
      redirect_uris: [`${this.origin}/back`],
    };
  }

  /** Starts a login; the query is added to the request. */
  login(request: Record<string, string> = {}): string {
    return `${this.origin}/login?${new URLSearchParams(request).toString()}`;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", this.origin);
    const page = (state: string, text: string) => {
      response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" });
      response.end(
        `<!doctype html><title>${this.#name}</title><main data-state="${state}">${text}</main>`,
      );
    };
    const go = (to: string) => response.writeHead(303, { Location: to }).end();
    switch (url.pathname) {
      case "/login":
        return void go(this.#authorization(url.searchParams));
      case "/login-pushed":
        return void go(await this.#pushed());
      case "/back": {
        const given = request.method === "POST" ? await bodyOf(request) : url.searchParams;
        const parameters = Object.fromEntries(given);
        this.told.push({ method: request.method ?? "", parameters });
        const failed = parameters["error"] ?? (await this.#redeem(parameters));
        return void go(`${this.home}/${failed === undefined ? "welcome" : `failed?${failed}`}`);
      }
      case "/welcome":
        return page("welcome", `Welcome, ${String(this.claims["name"])}`);
      case "/failed":
        return page("failed", url.search.slice(1));
      case "/favicon.ico":
        return void response.writeHead(204).end();
      default:
        return page("home", this.#name);
    }
  }

  #authorization(more: URLSearchParams): string {
    const [state, nonce, verifier] = [token(), token(), token()];
    this.#pending.set(state, { nonce, verifier });
    const request = new URLSearchParams({
      client_id: this.#clientId,
      redirect_uri: `${this.origin}/back`,
      response_type: "code",
      scope: "openid profile",
      state,
      nonce,
      code_challenge: createHash("sha256").update(verifier).digest("base64url"),
      code_challenge_method: "S256",
      ...Object.fromEntries(more),
    });
    return `${this.issuer}/authorize?${request.toString()}`;
  }

  /** The same by a pushed request (RFC 9126). */
  async #pushed(): Promise<string> {
    const request = new URL(this.#authorization(new URLSearchParams()));
    const answer = await fetch(`${this.issuer}/par`, {
      method: "POST",
      body: request.searchParams,
    });
    const { request_uri }: { request_uri: string } = JSON.parse(await answer.text());
    const named = new URLSearchParams({ client_id: this.#clientId, request_uri });
    return `${this.issuer}/authorize?${named.toString()}`;
  }

  /** The reason of a failure. Each state is valid once. */
  async #redeem({
    state = "",
    code = "",
    iss,
  }: Record<string, string>): Promise<string | undefined> {
    const pending = this.#pending.get(state);
    this.#pending.delete(state);
    if (!pending) return "unknown_state";
    if (iss !== this.issuer) return "unknown_issuer";
    const answer = await fetch(`${this.issuer}/token`, {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "authorization_code",
        client_id: this.#clientId,
        redirect_uri: `${this.origin}/back`,
        code,
        code_verifier: pending.verifier,
      }),
    });
    const tokens: { id_token?: string; error?: string } = JSON.parse(await answer.text());
    if (tokens.id_token === undefined) return tokens.error ?? "no_id_token";
    const [, payload = ""] = tokens.id_token.split(".");
    this.idToken = tokens.id_token;
    this.claims = JSON.parse(Buffer.from(payload, "base64url").toString());
    return this.claims["nonce"] === pending.nonce ? undefined : "unknown_nonce";
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}

const token = () => randomBytes(32).toString("base64url");

async function bodyOf(request: IncomingMessage): Promise<URLSearchParams> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return new URLSearchParams(Buffer.concat(chunks).toString());
}
