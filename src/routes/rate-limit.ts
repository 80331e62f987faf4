import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { addressOf } from "./address.ts";
import type { AppEnv } from "./app-env.ts";
import { isSafe } from "./first-party.ts";
import { ProblemError } from "./problem-answer.ts";

type Limit = { [Name in keyof Env]: Env[Name] extends RateLimit ? Name : never }[keyof Env];

/** Whether an address asks no more often than it may. Counted per location and permissive: a brake, not a lock. */
export async function isWithinRate(
  c: Context<AppEnv>,
  limit: Limit,
  key = addressOf(c),
): Promise<boolean> {
  const { success } = await c.env[limit].limit({ key });
  return success;
}

/** Refuses an address that asks too often. */
export const limitRate = (limit: Limit) =>
  createMiddleware<AppEnv>(async function limitRate(c, next) {
    if (!(await isWithinRate(c, limit))) throw new ProblemError("too_many_requests");
    await next();
  });

/**
 * The same for what is one's own: looking at it is as frequent as approving, and counted beside that, so
 * that an office behind one address can look; changing it is not.
 */
export const limitAccountRate = () =>
  createMiddleware<AppEnv>(async function limitAccountRate(c, next) {
    const within = isSafe(c.req.method)
      ? isWithinRate(c, "APPROVE_LIMIT", `account ${addressOf(c)}`)
      : isWithinRate(c, "ACCOUNT_LIMIT");
    if (!(await within)) throw new ProblemError("too_many_requests");
    await next();
  });
