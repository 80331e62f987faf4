import { createMiddleware } from "hono/factory";
import { addressOf } from "./address.ts";
import type { AppEnv } from "./app-env.ts";
import { ProblemError } from "./problem-answer.ts";

type Limit = { [Name in keyof Env]: Env[Name] extends RateLimit ? Name : never }[keyof Env];

/** Refuses an address that asks too often. Counted per location and permissive: a brake, not a lock. */
export const limitRate = (limit: Limit) =>
  createMiddleware<AppEnv>(async function limitRate(c, next) {
    const { success } = await c.env[limit].limit({ key: addressOf(c) });
    if (!success) throw new ProblemError("too_many_requests");
    await next();
  });
