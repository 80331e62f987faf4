/** Milliseconds within which a connection must give its first sign of life. */
const FIRST_SIGN = 8000;

/** Milliseconds of silence that make a connection doubtful once the machine has slept. */
const DOUBTFUL = 22_000;

/** Milliseconds that a connection must last to count as one that works. */
const LASTING = 5000;

/**
 * The life of one connection as seen from here: a connection that is dead doesn't say so, it only
 * says nothing. It goes by the wall's clock, which also counts the time that the machine slept.
 */
export class ConnectionMonitor {
  /** Aborted when the connection is to end. */
  readonly signal: AbortSignal;
  /** Something was heard. */
  served = false;
  /** It was ended because the machine woke up, so a new one is due at once. */
  woken = false;
  #cut = new AbortController();
  #silence: number;
  #startedAt = Date.now();
  #heardAt = Date.now();

  /** `silence`: milliseconds without anything heard that mean death. */
  constructor(silence: number, over: AbortSignal) {
    this.#silence = silence;
    this.signal = AbortSignal.any([over, this.#cut.signal]);
  }

  hear(): void {
    this.served = true;
    this.#heardAt = Date.now();
  }

  get lasting(): boolean {
    return this.served && Date.now() - this.#startedAt > LASTING;
  }

  /** Ends the connection if it has been silent for too long. */
  check(): void {
    const quiet = Date.now() - this.#heardAt;
    if (quiet > (this.served ? this.#silence : FIRST_SIGN)) this.#cut.abort();
  }

  /** After a sleep, or a change of networks, it is quicker to begin anew than to wait for an answer. */
  wake(event: "online" | "visible"): void {
    if (event === "visible" && Date.now() - this.#heardAt < DOUBTFUL) return;
    this.woken = true;
    this.#cut.abort();
  }
}
