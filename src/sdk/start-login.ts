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
  /** The client's id, as it is registered with the server. */
  clientId: string;
  /** The server's origin; by default the one that this module was loaded from. */
  issuer?: string | undefined;
  /** Separated by spaces; `openid` alone by default. */
  scope?: string | undefined;
  /** Comes back in the ID token (OpenID Connect Core §3.1.2.1); a random one by default. */
  nonce?: string | undefined;
  /**
   * Binds the login to a key of this page, so that nobody else can use its code or its access token
   * (RFC 9449); on by default. `false` is for pages that hand the access token on.
   */
  dpop?: boolean | undefined;
  /** `false` where no code to type is wanted from the beginning: see `requestUserCode`. */
  userCode?: boolean | undefined;
  /** Gives up the attempt to begin. */
  signal?: AbortSignal | undefined;
}

/**
 * Begins a login: the server is asked for a session, which lives for a minute or two.
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
    options.dpop === false ? undefined : DpopKey.make(),
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
 * Browsers have no `crypto.subtle` on pages that came over plain http, other than on localhost.
 *
 * @throws {LoginError}
 */
export function requireCryptography(): void {
  if (!globalThis.crypto?.subtle) {
    throw new LoginError("insecure_context", "This page must be loaded over https.");
  }
}

/** What only the page that began a login knows of it. */
interface Beginning {
  issuer: string;
  clientId: string;
  nonce: string;
  verifier: string;
  key: DpopKey | undefined;
  /** Milliseconds since the server told of the session. */
  age?: number;
}

/** One attempt to log in, from the QR code to the tokens. */
export class Login extends LoginSession {
  #origin: { issuer: string; clientId: string; nonce: string };
  #verifier: string;
  #key: DpopKey | undefined;
  #tokens: Tokens | undefined;
  #elapsed: () => number;

  /** Use `startLogin`. */
  constructor(session: CreatedSession, { verifier, key, age = 0, ...origin }: Beginning) {
    super(session, { issuer: origin.issuer, age });
    this.#elapsed = elapsedTimer(age);
    this.#origin = origin;
    this.#verifier = verifier;
    this.#key = key;
  }

  /**
   * The code of an approved snapshot, with the PKCE verifier that proves who may redeem it (RFC 7636
   * §4.5): for a page that hands both to a server of its own. It gives the verifier out, so it is not
   * for keeping.
   */
  redemption(code: string): { code: string; code_verifier: string } {
    return { code, code_verifier: this.#verifier };
  }

  /**
   * Gets the tokens for the code of an approved snapshot. The PKCE verifier leaves this object only so,
   * and the key never leaves the browser, so the code is of no use to anyone else. Where no answer comes,
   * the request is repeated.
   *
   * @throws {LoginError}
   */
  async redeem(code: string, signal?: AbortSignal): Promise<Tokens> {
    const body = new URLSearchParams({
      grant_type: "authorization_code",
      ...this.redemption(code),
      client_id: this.#origin.clientId,
    });
    const url = new URL("/token", this.#origin.issuer);
    // The same code with the same verifier and key, within a minute, is answered as the first time.
    const answer = await withRetries(
      async () => {
        // Each try has a proof of its own: one that comes twice is refused.
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
    this.#tokens = readTokens(answer.json, this.#origin);
    return this.#tokens;
  }

  /**
   * As `fetch`, with the access token that `redeem` gave, and the proof of this page's key where the
   * token is bound to it. A relative address is one of the page's own site.
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

  /**
   * The value of the `DPoP` header for one request, with the access token that goes with it (RFC 9449
   * §4.2). Undefined where the login isn't bound to a key.
   */
  async proofFor(
    method: string,
    url: ProvenRequest["url"],
    accessToken?: string,
  ): Promise<string | undefined> {
    return await this.#key?.proof({ method, url, accessToken }, this.#serverTime);
  }

  /** Milliseconds since the epoch by the server's clock: this machine's may be wrong by any amount. */
  get #serverTime(): number {
    const { expires_at, expires_in } = this.session;
    return Date.parse(expires_at) - expires_in * 1000 + this.#elapsed();
  }
}
