import * as real from "../../../src/worker.ts";
import { countCalls, meterObject } from "./counted-objects.ts";
import { COUNTS_PATH, type Counted } from "./counts.ts";
import { tallies } from "./tally.ts";

/**
 * The Worker with counters for everything that Cloudflare charges for: the same code, with each handler
 * wrapped. `GET /bench/counts` reads the counters.
 */
let workerRequests = 0;

export function countRequest(): void {
  workerRequests += 1;
}

export default {
  fetch(request: Request, env: Env, ctx: ExecutionContext): Response | Promise<Response> {
    if (new URL(request.url).pathname === COUNTS_PATH) {
      return Response.json({ workerRequests, objects: tallies() } satisfies Counted);
    }
    countRequest();
    return real.default.fetch(request, env, ctx);
  },
};

/** The other exports of the Worker are not counted: no login needs them. */
export * from "../../../src/worker.ts";

for (const objects of [
  real.Account,
  real.LoginSession,
  real.PushedRequests,
  real.Replays,
  real.SigningKeys,
  real.UserCodes,
]) {
  countCalls(objects);
}

export class Account extends real.Account {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    meterObject("Account", this, ctx);
  }
}

export class LoginSession extends real.LoginSession {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    meterObject("LoginSession", this, ctx);
  }
}

export class PushedRequests extends real.PushedRequests {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    meterObject("PushedRequests", this, ctx);
  }
}

export class Replays extends real.Replays {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    meterObject("Replays", this, ctx);
  }
}

export class SigningKeys extends real.SigningKeys {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    meterObject("SigningKeys", this, ctx);
  }
}

export class UserCodes extends real.UserCodes {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    meterObject("UserCodes", this, ctx);
  }
}
