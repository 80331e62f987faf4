import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { app } from "../../src/app.ts";
import type { Limit } from "../../src/routes/middleware/rate-limit.ts";
import { ISSUER } from "./api.ts";
import { LIMITS } from "./rate-limit-values.ts";

/** A rate limit that counts exactly and never resets, so that no test depends on time. */
export class CountingLimit implements RateLimit {
  readonly counts = new Map<string, number>();
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  async limit({ key }: RateLimitOptions): Promise<RateLimitOutcome> {
    const count = (this.counts.get(key) ?? 0) + 1;
    this.counts.set(key, count);
    return { success: count <= this.#max };
  }
}

/** Bindings with these rate limits, and those of wrangler.toml otherwise. */
export function workerWithLimits(
  limits: Partial<Record<Limit, number>> = {},
  worker: Env = env,
): Env & Record<Limit, CountingLimit> {
  const max: Record<Limit, number> = { ...LIMITS, ...limits };
  return {
    ...worker,
    CREATE_LIMIT: new CountingLimit(max.CREATE_LIMIT),
    USER_CODE_LIMIT: new CountingLimit(max.USER_CODE_LIMIT),
    APPROVE_LIMIT: new CountingLimit(max.APPROVE_LIMIT),
    ACCOUNT_LIMIT: new CountingLimit(max.ACCOUNT_LIMIT),
    SESSION_LIMIT: new CountingLimit(max.SESSION_LIMIT),
    TOKEN_LIMIT: new CountingLimit(max.TOKEN_LIMIT),
    CLIENT_LIMIT: new CountingLimit(max.CLIENT_LIMIT),
    CLIENT_FAILURE_LIMIT: new CountingLimit(max.CLIENT_FAILURE_LIMIT),
  };
}

/** Sends a request with these bindings from an IP address. */
export async function sendTo(
  worker: Env,
  path: string,
  init: RequestInit = {},
  address?: string,
): Promise<Response> {
  const request = new Request(`${ISSUER}${path}`, init);
  if (address !== undefined) request.headers.set("CF-Connecting-IP", address);
  return await app.fetch(request, worker, createExecutionContext());
}

/** Sends requests one after the other. Returns the number of responses per status. */
export async function statusesOf(
  count: number,
  request: (i: number) => Promise<Response>,
): Promise<Record<number, number>> {
  const counts: Record<number, number> = {};
  for (let i = 0; i < count; i++) {
    const { status } = await request(i);
    counts[status] = (counts[status] ?? 0) + 1;
  }
  return counts;
}
