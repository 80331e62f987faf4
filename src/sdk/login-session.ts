import * as v from "valibot";
import { UserCodeResponse, type CreatedSession } from "../protocol/responses.ts";
import { LoginError } from "./login-error.ts";
import { fetchJson } from "./request.ts";
import { withRetries } from "./retry.ts";
import { rotate } from "./rotating-links.ts";
import { elapsedTimer } from "./elapsed.ts";
import { bearer, sessionUrl, type WatchTarget } from "./transports/transport.ts";
import { watch, type WatchEvent, type WatchOptions } from "./watch/watch.ts";

/** A login session on a screen: what is shown of it, and what happens to it. */
export class LoginSession {
  /** The session as the server told it, with its secrets. */
  readonly session: CreatedSession;
  /** When the session's time runs out, in milliseconds since the epoch by this machine's clock. */
  readonly expiresAt: number;
  readonly #issuer: string;
  readonly #elapsed: () => number;
  #userCode: string | undefined;

  /** `age`: milliseconds since the server told of the session. */
  constructor(session: CreatedSession, { issuer, age = 0 }: { issuer: string; age?: number }) {
    this.session = session;
    this.expiresAt = Date.now() + session.expires_in * 1000 - age;
    this.#issuer = issuer;
    this.#userCode = session.user_code;
    this.#elapsed = elapsedTimer(age);
  }

  /** What people type who can't scan: `WDJB-MJHT`. Undefined until one was asked for, where it wasn't from the beginning. */
  get userCode(): string | undefined {
    return this.#userCode;
  }

  /**
   * Asks for a code that people type who can't scan. A few can be had for a session, until a phone has
   * claimed it; one that is there already is given again.
   *
   * @throws {LoginError}
   */
  async requestUserCode(signal?: AbortSignal): Promise<string> {
    if (this.#userCode !== undefined) return this.#userCode;
    const answer = await this.#post("/user-code", { ...(signal ? { signal } : {}) });
    const told = v.safeParse(UserCodeResponse, answer.json);
    if (!told.success) throw new LoginError("protocol", "That is no code to type.");
    this.#userCode = told.output.user_code;
    return this.#userCode;
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
   * @throws {LoginError} when the server refuses to have it watched
   */
  watch(options: WatchOptions = {}): AsyncGenerator<WatchEvent, void, undefined> {
    const timeLeft = () => this.session.expires_in * 1000 - this.#elapsed();
    return watch(this.#target, { ...options, timeLeft });
  }

  /**
   * Says the code that the phone shows and somebody has typed here, when a snapshot's `match` is
   * `{ by: "screen", done: false }`. There is one try: a wrong code ends the login as denied.
   *
   * @throws {LoginError} `match_wrong`; `network` when no answer came, and it can be said again
   */
  async match(code: string): Promise<void> {
    await this.#post("/match", { body: JSON.stringify({ code }) });
  }

  /** Ends the session, so that no phone can approve it any more. One that has ended is left as it is. */
  async cancel(): Promise<void> {
    try {
      await this.#post("/cancel", { keepalive: true });
    } catch {
      // It ends by itself soon, and nobody waits for it.
    }
  }

  /** Asks for something that is the same if it is asked twice, and so asks again where the answer was lost. */
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
