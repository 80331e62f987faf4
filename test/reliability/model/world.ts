import {
  createExecutionContext,
  evictDurableObject,
  runDurableObjectAlarm,
  runInDurableObject,
} from "cloudflare:test";
import { env } from "cloudflare:workers";
import { accountStub } from "../../../src/accounts/account-stub.ts";
import { app } from "../../../src/app.ts";
import { sessionStub } from "../../../src/login-session/durable-object/session-stub.ts";
import { ISSUER } from "../../support/api.ts";
import { TestPhone } from "../../support/test-phone.ts";
import { DpopKey } from "../../support/dpop-key.ts";
import { restoreClock, setClock } from "../../support/time.ts";
import { withoutRateLimits } from "../support/without-rate-limits.ts";

/** What may happen to a request on its way: it is answered, or its answer is lost, or an object is reset meanwhile. */
export type Fate = "answered" | "answer lost" | "session reset" | "account reset";

export interface Answer {
  status: number;
  body: string;
  /** An earlier attempt had no answer, and may have been carried out. */
  repeated?: true;
}

const worker: Env = {
  ...withoutRateLimits(env),
  CLIENTS: ["screen", "other"].map((client_id) => ({
    client_id,
    name: client_id,
    id_token_signed_response_alg: "ES256",
  })),
};

/** The real server with its objects, the people before it, and a clock that only moves when it is moved. */
export class World {
  readonly people: readonly TestPhone[];
  readonly key: DpopKey;
  /** Server errors that no client knows what to do about. */
  readonly serverErrors: string[] = [];
  #now: number;
  /** Objects that may have an alarm. A stub is of no use any more once its object was reset, so each use takes a new one. */
  readonly #objects = new Map<string, () => DurableObjectStub>();

  private constructor(people: readonly TestPhone[], key: DpopKey, now: number) {
    this.people = people;
    this.key = key;
    this.#now = now;
    for (const { sub } of people) this.#objects.set(sub, () => accountStub(env, sub));
  }

  static async make(): Promise<World> {
    const now = Date.now();
    setClock(now);
    const owners = [TestPhone.signUp("Ada", { worker }), TestPhone.signUp("Eve", { worker })];
    return new World(await Promise.all(owners), await DpopKey.make(), now);
  }

  get now(): number {
    return this.#now;
  }

  readonly send = async (request: Request): Promise<Response> =>
    await app.fetch(request, worker, createExecutionContext());

  async request(path: string, init: RequestInit): Promise<Answer> {
    const answer = await this.send(new Request(`${ISSUER}${path}`, init));
    return { status: answer.status, body: await answer.text() };
  }

  /** The session's object has alarms from now on, and can be evicted or reset. */
  keep(sessionId: string): void {
    this.#objects.set(sessionId, () => {
      const stub = sessionStub(env, sessionId);
      if (!stub) throw new Error("the session has no object");
      return stub;
    });
  }

  /** The clock moves on, and the alarms come that are due by then. */
  async passTime(milliseconds: number): Promise<void> {
    this.#now += milliseconds;
    setClock(this.#now);
    for (const object of this.#objects.values()) {
      const due = await runInDurableObject(object(), (_, { storage }) => storage.getAlarm());
      if (due !== null && due <= this.#now) await runDurableObjectAlarm(object());
    }
  }

  /** The object leaves memory, as after ten quiet seconds. Its sockets stay. */
  async evict(name: string): Promise<void> {
    const object = this.#objects.get(name);
    if (!object) return;
    await evictDurableObject(object()).catch((error: unknown) => {
      // It has left memory by itself.
      if (!String(error).includes("not currently running")) throw error;
    });
  }

  /** The object is reset, as by a deployment: its memory and its sockets are gone, and so is what it was doing. */
  async reset(name: string): Promise<void> {
    const object = this.#objects.get(name);
    if (!object) return;
    await runInDurableObject(object(), (_, state) => state.abort("reset by a test")).catch(
      () => undefined,
    );
  }

  end(): void {
    restoreClock();
  }
}
