import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { addressOf } from "./address.ts";
import type { AppEnv } from "./app-env.ts";
import { ProblemError } from "./problem-answer.ts";

type Limit = { [Name in keyof Env]: Env[Name] extends RateLimit ? Name : never }[keyof Env];

/** Whether an address asks no more often than it may. Counted per location and permissive: a brake, not a lock. */
export async function isWithinRate(c: Context<AppEnv>, limit: Limit): Promise<boolean> {
  const { success } = await c.env[limit].limit({ key: addressOf(c) });
  return success;
}

/** Refuses an address that asks too often. */
export const limitRate = (limit: Limit) =>
  createMiddleware<AppEnv>(async function limitRate(c, next) {
    if (!(await isWithinRate(c, limit))) throw new ProblemError("too_many_requests");
    await next();
  });
