import { encodeBase64url } from "../lib/base64url.ts";
import type { CreatedSession } from "../protocol/responses.ts";
import type { CreateSessionBody } from "../protocol/requests.ts";
import { createSession } from "./create-session.ts";
import { DpopKey, type ProvenRequest } from "./dpop-key.ts";
import { LoginError } from "./login-error.ts";
import { createPkce } from "./pkce.ts";
import { fetchJson } from "./request.ts";
import { withRetries } from "./retry.ts";
import { LoginSession } from "./login-session.ts";
import { elapsedTimer } from "./elapsed.ts";
import { readTokens, type Tokens } from "./tokens.ts";

export interface LoginOptions {
  /** The `client_id` that is registered with the server. */
  clientId: string;
  /** The server's origin. By default the one that this module was loaded from. */
  issuer?: string | undefined;
  /** Scopes separated by spaces. By default `openid`. */
  scope?: string | undefined;
  /** Returned in the ID token (OpenID Connect Core §3.1.2.1). By default a random value. */
  nonce?: string | undefined;
  /**
   * Whether the code and the access token are bound to a key of this page (RFC 9449). By default true.
   * `false` is for pages that pass the access token on to others.
   */
  dpop?: boolean | undefined;
  /** `false` if no code to type is needed at first: see `requestUserCode`. */
  userCode?: boolean | undefined;
  /** Cancels the start of the login. */
  signal?: AbortSignal | undefined;
}

/**
 * Starts a login: creates a login session, which lives for a minute or two.
 *
 * @throws {LoginError}
 */
export async function startLogin(options: LoginOptions): Promise<Login> {
  requireCryptography();
  const { clientId, scope = "openid", signal } = options;
  const issuer = options.issuer ?? new URL(import.meta.url).origin;
  const nonce = options.nonce ?? encodeBase64url(crypto.getRandomValues(new Uint8Array(16)));
  const [{ verifier, challenge }, key] = await Promise.all([
    createPkce(),
    options.dpop === false ? undefined : DpopKey.generate(),
  ]);
  const body: CreateSessionBody = {
    client_id: clientId,
    code_challenge: challenge,
    code_challenge_method: "S256",
    scope,
    nonce,
    ...(key ? { dpop_jkt: key.thumbprint } : {}),
    ...(options.userCode === false ? { user_code: false } : {}),
  };
  const session = await createSession(issuer, body, signal);
  return new Login(session, { issuer, clientId, nonce, verifier, key });
}

/**
 * Browsers offer `crypto.subtle` only to pages from https or localhost.
 *
 * @throws {LoginError}
 */
export function requireCryptography(): void {
  if (!globalThis.crypto?.subtle) {
    throw new LoginError("insecure_context", "This page must be loaded over https.");
  }
}

/** What only the page that started a login knows. */
interface LoginSecrets {
  issuer: string;
  clientId: string;
  nonce: string;
  verifier: string;
  key: DpopKey | undefined;
  /** Milliseconds since the server created the session. */
  age?: number;
}

/** A login, from the QR code to the tokens. */
export class Login extends LoginSession {
  #client: { issuer: string; clientId: string; nonce: string };
  #verifier: string;
  #key: DpopKey | undefined;
  #tokens: Tokens | undefined;
  #elapsed: () => number;

  /** Use `startLogin`. */
  constructor(session: CreatedSession, { verifier, key, age = 0, ...client }: LoginSecrets) {
    super(session, { issuer: client.issuer, age });
    this.#elapsed = elapsedTimer(age);
    this.#client = client;
    this.#verifier = verifier;
    this.#key = key;
  }

  /**
   * The code of an approved snapshot with its PKCE verifier (RFC 7636 §4.5), for a page whose own server
   * redeems the code. Both are secrets: don't store them.
   */
  redemption(code: string): { code: string; code_verifier: string } {
    return { code, code_verifier: this.#verifier };
  }

  /**
   * Redeems the code of an approved snapshot. Nobody else can, since it takes the PKCE verifier and the key of
   * this page. If the response is lost, the request is repeated.
   *
   * @throws {LoginError}
   */
  async redeem(code: string, signal?: AbortSignal): Promise<Tokens> {
    const body = new URLSearchParams({
      grant_type: "authorization_code",
      ...this.redemption(code),
      client_id: this.#client.clientId,
    });
    const url = new URL("/token", this.#client.issuer);
    // Within a minute, the server answers the same code, verifier and key as it did the first time.
    const response = await withRetries(
      async () => {
        // Each try needs a new proof, since the server refuses a repeated one.
        const proof = await this.proofFor("POST", url);
        const headers: HeadersInit = proof === undefined ? {} : { DPoP: proof };
        return await fetchJson(url, {
          method: "POST",
          headers,
          body,
          ...(signal ? { signal } : {}),
        });
      },
      { signal },
    );
    this.#tokens = readTokens(response.json, this.#client);
    return this.#tokens;
  }

  /**
   * Like `fetch`, with the access token that `redeem` returned, and a DPoP proof if the token is bound to a
   * key. A relative URL is resolved against the page.
   *
   * @throws {LoginError} `not_logged_in` before `redeem`
   */
  async fetch(url: string | URL, init?: RequestInit): Promise<Response> {
    if (!this.#tokens) throw new LoginError("not_logged_in", "There is no access token yet.");
    const { access_token: accessToken, token_type: scheme } = this.#tokens;
    const request = new Request(url, init);
    const proof = await this.proofFor(request.method, request.url, accessToken);
    request.headers.set("Authorization", `${scheme} ${accessToken}`);
    if (proof !== undefined) request.headers.set("DPoP", proof);
    return await fetch(request);
  }

  /** The `DPoP` header for one request and its access token (RFC 9449 §4.2). Undefined if there is no key. */
  async proofFor(
    method: string,
    url: ProvenRequest["url"],
    accessToken?: string,
  ): Promise<string | undefined> {
    return await this.#key?.proof({ method, url, accessToken }, this.#serverTime);
  }

  /** Milliseconds since the epoch by the server's clock, since the device's clock may be wrong. */
  get #serverTime(): number {
    const { expires_at, expires_in } = this.session;
    return Date.parse(expires_at) - expires_in * 1000 + this.#elapsed();
  }
}
