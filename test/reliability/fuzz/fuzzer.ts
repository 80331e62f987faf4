import { createExecutionContext } from "cloudflare:test";
import { app } from "../../../src/app.ts";
import { SeededRandom } from "../support/seeded-random.ts";
import { flawsOfAnswer } from "./check-answer.ts";
import { mutateRequest } from "./mutate-request.ts";
import { mutateJson, type Resign } from "./mutate-text.ts";
import { describeRequest, requestOf, shapeOf, type RequestShape } from "./request-shape.ts";
import { routeOf } from "./routes.ts";

/** A flaw and the request that caused it. */
export interface Flaw {
  what: string;
  route: string;
  request: string;
  /** The log of the Worker during the request. */
  log: string;
  times: number;
}

export interface FuzzOptions {
  worker: Env;
  origin: string;
  seed: number;
  /** Mutated requests for each valid one. */
  perRequest: number;
}

/** Milliseconds after which a request counts as hanging: longer than any may wait. */
const HANGS = 60_000;

/** Valid values that are inserted into wrong places. */
const MAX_KNOWN = 400;

/** The number of concurrent waiting requests: a long poll waits 25 s. */
const MAX_WAITING = 64;

/**
 * Sends mutated requests before each valid one, in the state in which the valid one is accepted.
 */
export class Fuzzer {
  readonly #options: FuzzOptions;
  readonly #resigners = new Map<string, Resign>();
  readonly #known: string[] = [];
  readonly #waiting = new Set<Promise<void>>();
  readonly flaws = new Map<string, Flaw>();
  readonly statuses = new Map<number, number>();
  /** Mutated requests by the route of the valid one. */
  readonly sent = new Map<string, number>();
  /** Accepted valid requests by route. */
  readonly accepted = new Map<string, number>();
  #random: SeededRandom;
  #mutated = 0;
  #log: string[] = [];

  constructor(options: FuzzOptions) {
    this.#options = options;
    this.#random = new SeededRandom(options.seed);
  }

  get mutated(): number {
    return this.#mutated;
  }

  /**
   * From here on all randomness comes from the seed and this number, so that a round can be
   * repeated alone.
   */
  beginRound(round: number): void {
    this.#random = new SeededRandom(this.#options.seed, round);
    this.#known.length = 0;
  }

  /** The log belongs to the current requests. */
  hearLog(line: string): void {
    this.#log.push(line);
    if (this.#log.length > 20) this.#log.shift();
  }

  /** Registers how a token can be signed again with its key. */
  signed(token: string, resign: Resign): string {
    this.#resigners.set(token, resign);
    if (this.#resigners.size > MAX_KNOWN) {
      const [oldest] = this.#resigners.keys();
      if (oldest !== undefined) this.#resigners.delete(oldest);
    }
    return token;
  }

  /** Sends a valid request, after mutated ones of it. */
  readonly send = async (request: Request): Promise<Response> => {
    const shape = await shapeOf(request);
    const route = routeOf(shape.method, shape.path);
    if (route === undefined) throw new Error(`no route: ${shape.method} ${shape.path}`);
    await this.mutate(shape, route);
    const context = createExecutionContext();
    const answer = await app.fetch(request, this.#options.worker, context);
    if (answer.ok || (answer.status > 300 && answer.status < 400) || answer.status === 101) {
      this.accepted.set(route, (this.accepted.get(route) ?? 0) + 1);
    }
    await this.#learn(shape, answer);
    return answer;
  };

  /** Sends mutated requests concurrently. Waiting ones are answered when the login continues. */
  async mutate(
    shape: RequestShape,
    route: string,
    count = this.#options.perRequest,
  ): Promise<void> {
    const random = this.#random;
    const source = { random, known: this.#known, resigners: this.#resigners };
    const batch: Promise<void>[] = [];
    for (let i = 0; i < count; i += 1) {
      const changed = await mutateRequest(shape, source);
      const request = requestOf(changed, this.#options.origin);
      if (!request) continue;
      this.#mutated += 1;
      this.sent.set(route, (this.sent.get(route) ?? 0) + 1);
      const answered = this.#try(request, changed, route);
      if (mayWait(changed)) this.#wait(answered);
      else batch.push(answered);
    }
    await Promise.all(batch);
    while (this.#waiting.size > MAX_WAITING) await Promise.race(this.#waiting);
  }

  /** A text that is usually no valid message. */
  odd(): string {
    return JSON.stringify(mutateJson({ type: "match", code: "4821" }, this.#random)) ?? "";
  }

  /** Waits for the pending requests. */
  async finish(): Promise<void> {
    await Promise.all(this.#waiting);
  }

  #wait(answered: Promise<void>): void {
    const waiting = answered.finally(() => this.#waiting.delete(waiting));
    this.#waiting.add(waiting);
  }

  async #try(request: Request, shape: RequestShape, route: string): Promise<void> {
    const flaws = await this.#flawsOf(request);
    for (const what of flaws) {
      // Numbers and ids are removed, so that equal flaws match.
      const known = this.flaws.get(`${route} ${what}`);
      if (known) known.times += 1;
      else {
        const flaw = { what, route, request: describeRequest(shape), log: this.#log.join("\n") };
        this.flaws.set(`${route} ${what}`, { ...flaw, times: 1 });
      }
    }
  }

  async #flawsOf(request: Request): Promise<string[]> {
    const { method } = request;
    let timer: ReturnType<typeof setTimeout> | null = null;
    const hangs = new Promise<"hangs">((resolve) => {
      timer = setTimeout(() => resolve("hangs"), HANGS);
    });
    const answered = (async () => {
      const answer = await app.fetch(request, this.#options.worker, createExecutionContext());
      this.statuses.set(answer.status, (this.statuses.get(answer.status) ?? 0) + 1);
      closeSocket(answer);
      return await flawsOfAnswer(method, answer);
    })();
    try {
      const outcome = await Promise.race([answered, hangs]);
      return outcome === "hangs" ? ["there is no answer after a minute"] : outcome;
    } catch (error) {
      return [`it throws: ${String(error)}`];
    } finally {
      clearTimeout(timer);
    }
  }

  /** Stores the ids, tokens and codes of valid requests and responses. */
  async #learn(shape: RequestShape, answer: Response): Promise<void> {
    const { body } = shape;
    if (body.kind === "json") this.#remember(body.value);
    if (body.kind === "form") this.#remember(body.fields.map(([, value]) => value));
    if (answer.headers.get("Content-Type")?.startsWith("application/json") === true) {
      this.#remember(await answer.clone().json());
    }
  }

  #remember(value: unknown): void {
    if (typeof value === "string" && value.length > 3) {
      this.#known.push(value);
      if (this.#known.length > MAX_KNOWN) this.#known.shift();
    } else if (typeof value === "object" && value !== null) {
      for (const inner of Object.values(value)) this.#remember(inner);
    }
  }
}

/** Whether the response may wait for an event. */
function mayWait({ headers }: RequestShape): boolean {
  return headers.some(([name]) => name.toLowerCase() === "prefer");
}

function closeSocket({ webSocket }: Response): void {
  if (!webSocket) return;
  webSocket.accept();
  webSocket.close();
}
