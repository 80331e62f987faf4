import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import type { PrefixLength } from "../../login-session/domain/risk/network.ts";
import { networksOfClient } from "./client-network.ts";
import type { AppEnv } from "../app-env.ts";
import { isSafe } from "./same-origin.ts";
import { messagePage, type MessagePage } from "../pages/message-page.ts";
import { ProblemError } from "./problem-response.ts";

/** The name of a `[[ratelimits]]` binding. */
export type Limit = { [Name in keyof Env]: Env[Name] extends RateLimit ? Name : never }[keyof Env];

/** How many times the binding's limit a network of this size may use. */
type Shares = Record<PrefixLength, number>;

/** A site with many households may do more than one household, but not as much as all of them together. */
export const SHARES: Shares = { 32: 1, 24: 16, 64: 1, 56: 4, 48: 16 };

/** RFC 8628 §5.1: few people type codes, and guessing them must not pay off with many addresses. */
const TYPED_CODE_SHARES: Shares = { 32: 1, 24: 4, 64: 1, 56: 2, 48: 4 };

/**
 * Whether the networks that a request comes from are within their limit. `purpose` separates what is
 * counted by the same binding. Counts are per location and permissive: they slow floods down, and
 * exact counts of wrong guesses are kept elsewhere.
 *
 * A narrow network that is over its limit isn't counted for the wider ones any more, so it can't use
 * up what its neighbours share with it.
 */
export async function isWithinRate(
  c: Context<AppEnv>,
  limit: Limit,
  purpose = "",
): Promise<boolean> {
  const shares = limit === "USER_CODE_LIMIT" ? TYPED_CODE_SHARES : SHARES;
  for (const { cidr, length } of networksOfClient(c)) {
    if (!(await isKeyWithinRate(c.env, limit, `${purpose} ${cidr}`, shares[length]))) return false;
  }
  return true;
}

/**
 * Counts one request for a key. A binding has one limit for all keys: a key that may use `shares`
 * times as much has as many counters, one of which is drawn for each request.
 */
export async function isKeyWithinRate(
  env: Env,
  limit: Limit,
  key: string,
  shares = 1,
): Promise<boolean> {
  const counter = shares === 1 ? key : `${key} #${Math.floor(Math.random() * shares)}`;
  const { success } = await env[limit].limit({ key: counter });
  return success;
}

/** Refuses a network that asks too often. */
export const limitRate = (limit: Limit, purpose?: string) =>
  createMiddleware<AppEnv>(async function limitRate(c, next) {
    if (!(await isWithinRate(c, limit, purpose))) throw new ProblemError("too_many_requests");
    await next();
  });

/** The same for browsers: a network that asks too often is shown a page that says so. */
export const limitPageRate = (limit: Limit, text: MessagePage["text"], purpose?: string) =>
  createMiddleware<AppEnv>(async function limitPageRate(c, next) {
    if (!(await isWithinRate(c, limit, purpose))) {
      return await messagePage(c, { status: 429, text });
    }
    return await next();
  });

/**
 * Refuses a network that asks too often for what is one's own: looking at it is as frequent as approving, and counted beside that, so
 * that an office behind one address can look; changing it is not.
 */
export const limitAccountRate = () =>
  createMiddleware<AppEnv>(async function limitAccountRate(c, next) {
    const within = isSafe(c.req.method)
      ? isWithinRate(c, "APPROVE_LIMIT", "account")
      : isWithinRate(c, "ACCOUNT_LIMIT");
    if (!(await within)) throw new ProblemError("too_many_requests");
    await next();
  });
