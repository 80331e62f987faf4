import * as v from "valibot";
import { UserCodeResponse, type CreatedSession } from "../protocol/responses.ts";
import { LoginError } from "./login-error.ts";
import { fetchJson } from "./request.ts";
import { withRetries } from "./retry.ts";
import { rotatingLinks } from "./rotating-links.ts";
import { elapsedTimer } from "./elapsed.ts";
import { bearer, sessionUrl, type WatchTarget } from "./transports/transport.ts";
import { watch, type WatchEvent, type WatchOptions } from "./watch/watch.ts";

/** A login session: its codes, and what happens to it. */
export class LoginSession {
  /** The session as the server created it, with its secrets. */
  readonly session: CreatedSession;
  /** When the session expires, in milliseconds since the epoch by this device's clock. */
  readonly expiresAt: number;
  readonly #issuer: string;
  readonly #elapsed: () => number;
  #userCode: string | undefined;

  /** `age`: milliseconds since the server created the session. */
  constructor(session: CreatedSession, { issuer, age = 0 }: { issuer: string; age?: number }) {
    this.session = session;
    this.expiresAt = Date.now() + session.expires_in * 1000 - age;
    this.#issuer = issuer;
    this.#userCode = session.user_code;
    this.#elapsed = elapsedTimer(age);
  }

  /** The code to type instead of scanning, such as `WDJB-MJHT`. Undefined until one was requested. */
  get userCode(): string | undefined {
    return this.#userCode;
  }

  /**
   * Requests a code to type, or returns the one that was requested before. The server issues a few codes for
   * each session, until a phone has scanned it.
   *
   * @throws {LoginError}
   */
  async requestUserCode(signal?: AbortSignal): Promise<string> {
    if (this.#userCode !== undefined) return this.#userCode;
    const response = await this.#post("/user-code", { ...(signal ? { signal } : {}) });
    const result = v.safeParse(UserCodeResponse, response.json);
    if (!result.success) throw new LoginError("protocol", "Not a user code.");
    this.#userCode = result.output.user_code;
    return this.#userCode;
  }

  /** Milliseconds until the session expires. */
  get timeLeft(): number {
    return Math.max(0, this.session.expires_in * 1000 - this.#elapsed());
  }

  /**
   * The links for the QR code: the current one, then a new one for each period. Render each as it arrives.
   * Ends when the session expires or the signal is aborted.
   */
  codes(signal?: AbortSignal): AsyncGenerator<string, void, undefined> {
    return rotatingLinks(this.session, { elapsed: this.#elapsed, signal });
  }

  /**
   * What happens to the session, until it has ended or the signal is aborted. Reconnects after a lost
   * connection, a sleeping device or a restarted server.
   *
   * @throws {LoginError} if the server refuses to let the session be watched
   */
  watch(options: WatchOptions = {}): AsyncGenerator<WatchEvent, void, undefined> {
    const timeLeft = () => this.session.expires_in * 1000 - this.#elapsed();
    return watch(this.#target, { ...options, timeLeft });
  }

  /**
   * Submits the code that the phone displays and the user typed here, if a snapshot's `match` is
   * `{ by: "screen", done: false }`. There is one try: a wrong code ends the login as denied.
   *
   * @throws {LoginError} `match_wrong`; `network` if there was no response, then it can be submitted again
   */
  async match(code: string): Promise<void> {
    await this.#post("/match", { body: JSON.stringify({ code }) });
  }

  /** Cancels the session, so that no phone can approve it any more. Does nothing if it has ended. */
  async cancel(): Promise<void> {
    try {
      await this.#post("/cancel", { keepalive: true });
    } catch {
      // The session expires soon, and nobody waits for this.
    }
  }

  /** Sends an idempotent request, again if its response is lost. */
  #post(path: string, { signal, ...init }: Pick<RequestInit, "body" | "keepalive" | "signal">) {
    const headers = {
      ...bearer(this.#target),
      ...(init.body === undefined ? {} : { "Content-Type": "application/json" }),
    };
    const request = { ...init, method: "POST", headers, ...(signal ? { signal } : {}) };
    return withRetries(() => fetchJson(sessionUrl(this.#target, path), request), {
      signal: signal ?? undefined,
    });
  }

  get #target(): WatchTarget {
    const { session_id: sessionId, watch_token: watchToken } = this.session;
    return { issuer: this.#issuer, sessionId, watchToken };
  }
}
