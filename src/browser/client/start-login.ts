import * as v from "valibot";
import { encodeBase64url } from "../../login/base64url.ts";
import { CreatedSession } from "../../protocol/answers.ts";
import type { CreateSessionBody } from "../../protocol/requests.ts";
import { LoginFailure } from "./failure.ts";
import { pause } from "./pause.ts";
import { createPkce } from "./pkce.ts";
import { ask } from "./request.ts";
import { rotate } from "./rotate.ts";
import { stopwatch } from "./stopwatch.ts";
import { readTokens, type Tokens } from "./tokens.ts";
import { bearer, sessionUrl, type Target } from "./transport.ts";
import { watch, type WatchEvent, type WatchOptions } from "./watch.ts";

export interface LoginOptions {
  /** The client's id, as it is registered with the server. */
  clientId: string;
  /** The server's origin; by default the one that this module was loaded from. */
  issuer?: string | undefined;
  /** Separated by spaces; `openid` alone by default. */
  scope?: string | undefined;
  /** Comes back in the ID token (OpenID Connect Core §3.1.2.1); a random one by default. */
  nonce?: string | undefined;
  /** Gives up the attempt to begin. */
  signal?: AbortSignal | undefined;
}

/**
 * Begins a login: the server is asked for a session, which lives for a minute or two.
 *
 * @throws {LoginFailure}
 */
export async function startLogin(options: LoginOptions): Promise<Login> {
  // Browsers have no `crypto.subtle` on pages that came over plain http, other than on localhost.
  if (!globalThis.crypto?.subtle) {
    throw new LoginFailure("insecure_context", "This page must be loaded over https.");
  }
  const { clientId, scope = "openid", signal } = options;
  const issuer = options.issuer ?? new URL(import.meta.url).origin;
  const nonce = options.nonce ?? encodeBase64url(crypto.getRandomValues(new Uint8Array(16)));
  const { verifier, challenge } = await createPkce();
  const body: CreateSessionBody = {
    client_id: clientId,
    code_challenge: challenge,
    code_challenge_method: "S256",
    scope,
    nonce,
  };
  const answer = await ask(new URL("/sessions", issuer), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
    ...(signal ? { signal } : {}),
  });
  const session = v.safeParse(CreatedSession, answer.json);
  if (!session.success) throw new LoginFailure("protocol", "That is no login session.");
  return new Login(session.output, { issuer, clientId, nonce, verifier });
}

/** Times that a code is redeemed again when the answer was lost on the way, and the pause between. */
const REDEEM_RETRIES = 2;
const REDEEM_PAUSE = 1000;

/** One attempt to log in, from the QR code to the tokens. */
export class Login {
  /** The session as the server told it, with its secrets. */
  readonly session: CreatedSession;
  /** When the session's time runs out, in milliseconds since the epoch by this machine's clock. */
  readonly expiresAt: number;
  #origin: { issuer: string; clientId: string; nonce: string };
  #verifier: string;
  #elapsed = stopwatch();

  /** Use `startLogin`. */
  constructor(
    session: CreatedSession,
    { verifier, ...origin }: { issuer: string; clientId: string; nonce: string; verifier: string },
  ) {
    this.session = session;
    this.expiresAt = Date.now() + session.expires_in * 1000;
    this.#origin = origin;
    this.#verifier = verifier;
  }

  /** What people type who can't scan: `WDJB-MJHT`. */
  get userCode(): string {
    return this.session.user_code;
  }

  /** Milliseconds that the session has left. */
  get timeLeft(): number {
    return Math.max(0, this.session.expires_in * 1000 - this.#elapsed());
  }

  /**
   * The links for the QR code, to be drawn one after the other as they come: the one of now, then
   * one for each period. Ends with the session's time, or with the signal.
   */
  codes(signal?: AbortSignal): AsyncGenerator<string, void, undefined> {
    return rotate(this.session, { elapsed: this.#elapsed, signal });
  }

  /**
   * What happens to the session, until it has ended or the signal is aborted. Lost connections, a
   * sleeping machine and a restarted server are dealt with in here.
   *
   * @throws {LoginFailure} when the server says that there is nothing to watch (any more)
   */
  watch(options: WatchOptions = {}): AsyncGenerator<WatchEvent, void, undefined> {
    const timeLeft = () => this.session.expires_in * 1000 - this.#elapsed();
    return watch(this.#target, { ...options, timeLeft });
  }

  /**
   * Gets the tokens for the code of an approved snapshot. The PKCE verifier never leaves this object
   * otherwise, so the code is of no use to anyone else.
   *
   * @throws {LoginFailure}
   */
  async redeem(code: string, signal?: AbortSignal): Promise<Tokens> {
    const body = new URLSearchParams({
      grant_type: "authorization_code",
      code,
      code_verifier: this.#verifier,
      client_id: this.#origin.clientId,
    });
    const url = new URL("/token", this.#origin.issuer);
    for (let retries = 0; ; retries++) {
      try {
        const answer = await ask(url, { method: "POST", body, ...(signal ? { signal } : {}) });
        return readTokens(answer.json, this.#origin);
      } catch (error) {
        // Whether the request or its answer was lost can't be known; the code is lost in any case if
        // it was the answer, so another try can only gain.
        const lost = error instanceof LoginFailure && error.code === "network";
        if (!lost || retries === REDEEM_RETRIES) throw error;
        await pause(REDEEM_PAUSE, signal);
      }
    }
  }

  /** Ends the session, so that no phone can approve it any more. One that has ended is left as it is. */
  async cancel(): Promise<void> {
    try {
      await ask(sessionUrl(this.#target, "/cancel"), {
        method: "POST",
        headers: bearer(this.#target),
        keepalive: true,
      });
    } catch {
      // It ends by itself soon, and nobody waits for it.
    }
  }

  get #target(): Target {
    const { session_id: sessionId, watch_token: watchToken } = this.session;
    return { issuer: this.#origin.issuer, sessionId, watchToken };
  }
}
