import { isTerminal, type Snapshot, type Status } from "../../../../src/protocol/snapshot.ts";
import type { SeededRandom } from "../../support/seeded-random.ts";
import { delay, pauseAfter, type Network } from "../network.ts";

/** What a screen, or the backend of its client, was told about its login. */
export type Told = Pick<Snapshot, "status" | "version" | "code">;

/** The login that is watched. */
export interface WatchedSession {
  sessionId: string;
  watchToken: string;
}

/** How one connection ended. `gone`: the server knows nothing of the session any more (404, 410). */
export type ConnectionEnd = { gone: true } | { retryAfter?: number };

export interface ConnectionOptions {
  network: Network;
  session: WatchedSession;
  /** The newest version that was told. 0 before the first. */
  version: number;
  hear: (told: Told) => void;
  signal: AbortSignal;
}

/** One connection of a transport, from its beginning until it ends or breaks. */
export type Connect = (options: ConnectionOptions) => Promise<ConnectionEnd>;

/** Watches a login by one transport, and connects again whenever a connection ends before the login does. */
export class Watch {
  /** All that was told, in the order in which it came. */
  readonly told: Told[] = [];
  gone = false;
  readonly #stop = new AbortController();
  readonly #waiting = new Set<() => void>();
  readonly #ended: Promise<void>;

  constructor(
    connect: Connect,
    options: Pick<ConnectionOptions, "network" | "session">,
    random: SeededRandom,
  ) {
    this.#ended = this.#run(connect, options, random);
  }

  get last(): Told | undefined {
    return this.told.at(-1);
  }

  get statuses(): Status[] {
    return this.told.map(({ status }) => status);
  }

  /** Whether nothing can follow any more. */
  get isOver(): boolean {
    return this.gone || (this.last !== undefined && isTerminal(this.last));
  }

  /** The first thing told for which this is true; undefined if the login is over, or time is. */
  async first(test: (told: Told) => boolean, limit: number): Promise<Told | undefined> {
    const until = performance.now() + limit;
    for (;;) {
      const found = this.told.find(test);
      const left = until - performance.now();
      if (found || this.isOver || left <= 0) return found;
      await new Promise<void>((resolve) => {
        const wake = () => {
          clearTimeout(timer);
          this.#waiting.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, left);
        this.#waiting.add(wake);
      });
    }
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#ended;
  }

  async #run(
    connect: Connect,
    options: Pick<ConnectionOptions, "network" | "session">,
    random: SeededRandom,
  ): Promise<void> {
    const { signal } = this.#stop;
    const hear = (told: Told) => {
      if (signal.aborted) return;
      this.told.push(told);
      this.#wake();
    };
    for (let attempt = 0; !this.isOver && !signal.aborted; attempt += 1) {
      const heardBefore = this.told.length;
      options.network.connects();
      const version = this.last?.version ?? 0;
      const end = await connect({ ...options, version, hear, signal }).catch(() => ({}));
      if ("gone" in end) this.gone = true;
      if (this.told.length > heardBefore) attempt = 0;
      const pause = "retryAfter" in end ? end.retryAfter : pauseAfter(attempt, random);
      if (!this.isOver) await delay(pause, signal);
    }
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
  }
}

/** What an answer without a watch means: that nothing is left, or that it is to be tried again. */
export function endOf(status: number, retryAfter: string | undefined): ConnectionEnd {
  if (status === 404 || status === 410) return { gone: true };
  const seconds = Number(retryAfter ?? Number.NaN);
  return Number.isFinite(seconds) ? { retryAfter: seconds * 1000 } : {};
}
