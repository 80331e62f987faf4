import { send, type HttpAnswer, type HttpRequest } from "../../../bench/harness/http.ts";
import type { SeededRandom } from "../support/seeded-random.ts";

/** Milliseconds after which a request without an answer counts as lost. */
const ANSWER_LIMIT = 15_000;

/** Milliseconds: the first pause after a request that had no answer, and what the pauses grow to. */
const FIRST_PAUSE = 50;
const LONGEST_PAUSE = 1_000;

/** Milliseconds after which a client gives up: more than any outage of a run lasts. */
const PATIENCE = 60_000;

export interface ServerError {
  status: number;
  request: string;
  body: string;
}

export interface NetworkOptions {
  /** Where the server is reached now. */
  origin: () => string;
  /** The share of answers that are lost on their way back, beside those that a kill loses. */
  lostAnswers: number;
  /** Called before each request. */
  beforeRequest: () => void;
}

/** A request, made anew for each attempt: codes and proofs are fresh each time. */
export type RequestMaker = () => MadeRequest | Promise<MadeRequest>;

export interface MadeRequest extends Pick<HttpRequest, "headers" | "body"> {
  method?: "GET" | "POST" | "DELETE";
  path: string;
}

/** An answer, and whether an earlier attempt at the same request may have been carried out already. */
export interface NetworkAnswer extends HttpAnswer {
  repeated: boolean;
}

/**
 * The network between the clients and the server. It loses answers, and has a careful client's rules:
 * whoever gets no answer sends the same request again, and a 503 or 429 is repeated when it says.
 */
export class Network {
  readonly #options: NetworkOptions;
  requests = 0;
  repeats = 0;
  lost = 0;
  /** Server errors that no client can be expected to know what to do about. */
  readonly serverErrors: ServerError[] = [];

  constructor(options: NetworkOptions) {
    this.#options = options;
  }

  get origin(): string {
    return this.#options.origin();
  }

  /** Sends a request until it has an answer. */
  async request(random: SeededRandom, make: RequestMaker): Promise<NetworkAnswer> {
    const until = performance.now() + PATIENCE;
    for (let attempt = 0; ; attempt += 1) {
      if (attempt > 0) this.repeats += 1;
      const { path, ...request } = await make();
      const answer = await this.#attempt(path, request, random);
      const pause = answer === undefined ? pauseAfter(attempt, random) : retryPause(answer);
      if (answer !== undefined && answer.status >= 500 && answer.status !== 503) {
        const [status, body] = [answer.status, answer.text.slice(0, 300)];
        this.serverErrors.push({ status, request: `${request.method ?? "GET"} ${path}`, body });
      } else if (answer !== undefined && pause === undefined) {
        return { ...answer, repeated: attempt > 0 };
      }
      if (performance.now() > until) throw new GaveUp(path, answer);
      await delay(pause ?? pauseAfter(attempt, random));
    }
  }

  /** Counts a connection of another kind as a request. */
  connects(): void {
    this.requests += 1;
    this.#options.beforeRequest();
  }

  async #attempt(
    path: string,
    request: HttpRequest,
    random: SeededRandom,
  ): Promise<HttpAnswer | undefined> {
    this.connects();
    const loses = random.chance(this.#options.lostAnswers);
    try {
      const signal = AbortSignal.timeout(ANSWER_LIMIT);
      const answer = await send(`${this.origin}${path}`, { ...request, signal });
      if (!loses) return answer;
      this.lost += 1;
      return undefined;
    } catch {
      return undefined;
    }
  }
}

/** A client sent a request again and again, and never had an answer that says anything. */
export class GaveUp extends Error {
  constructor(path: string, answer: HttpAnswer | undefined) {
    super(`no answer of ${path}: ${answer ? `${answer.status} ${answer.text}` : "no connection"}`);
  }
}

export function pauseAfter(attempt: number, random: SeededRandom): number {
  return Math.min(FIRST_PAUSE * 2 ** attempt, LONGEST_PAUSE) * (0.5 + random.next() / 2);
}

/** RFC 9110 §10.2.3: how long an overloaded or interrupted server asks to wait. Milliseconds. */
function retryPause({ status, headers }: HttpAnswer): number | undefined {
  if (status !== 503 && status !== 429) return undefined;
  const seconds = Number(headers["retry-after"] ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds * 1000 : LONGEST_PAUSE;
}

export function delay(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
