import type { DisconnectReason } from "./transport-fallback.ts";

/** Milliseconds within which a connection must deliver its first message. */
const FIRST_MESSAGE_TIMEOUT = 8000;

/** Milliseconds without a message after which a connection is replaced when the page becomes visible again. */
const RESUME_TIMEOUT = 22_000;

/** Milliseconds after which a connection counts as stable. */
const STABLE_AFTER = 5000;

/**
 * Detects dead connections, which report no error and only deliver nothing. It uses `Date.now()`, which
 * also counts the time that the device was asleep.
 */
export class ConnectionMonitor {
  /** Aborted when the connection is to end. */
  readonly signal: AbortSignal;
  /** Whether a message was received. */
  received = false;
  /** It was ended because the network or the page is back, so the next connection is due at once. */
  resumed = false;
  #abort = new AbortController();
  #idleTimeout: number;
  #startedAt = Date.now();
  #receivedAt = Date.now();

  /** `idleTimeout`: milliseconds without a message after which the connection counts as dead. */
  constructor(idleTimeout: number, over: AbortSignal) {
    this.#idleTimeout = idleTimeout;
    this.signal = AbortSignal.any([over, this.#abort.signal]);
  }

  /** A message was received. */
  touch(): void {
    this.received = true;
    this.#receivedAt = Date.now();
  }

  get disconnectReason(): DisconnectReason {
    if (!this.received) return "unreachable";
    return Date.now() - this.#startedAt > STABLE_AFTER ? "broken" : "short";
  }

  /** Ends the connection if it has delivered nothing for too long. */
  check(): void {
    const idle = Date.now() - this.#receivedAt;
    if (idle > (this.received ? this.#idleTimeout : FIRST_MESSAGE_TIMEOUT)) this.#abort.abort();
  }

  /** After sleep or a change of networks, a new connection is faster than waiting for a timeout. */
  resume(event: "online" | "visible"): void {
    if (event === "visible" && Date.now() - this.#receivedAt < RESUME_TIMEOUT) return;
    this.resumed = true;
    this.#abort.abort();
  }
}
