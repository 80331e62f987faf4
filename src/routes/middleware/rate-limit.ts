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

/** The multiple of the binding's limit that a network of this size may use. */
type Shares = Record<PrefixLength, number>;

/** A large network may do more than one household, but less than all its households together. */
export const SHARES: Shares = { 32: 1, 24: 16, 64: 1, 56: 4, 48: 16 };

/** RFC 8628 §5.1: lower for typed codes, so that guessing from many addresses does not pay off. */
const TYPED_CODE_SHARES: Shares = { 32: 1, 24: 4, 64: 1, 56: 2, 48: 4 };

/**
 * Counts a request, and returns whether its networks are within their limits. `purpose` separates
 * counts of the same binding. Counts are per Cloudflare location and approximate; wrong guesses are
 * counted exactly elsewhere.
 *
 * A narrow network over its limit is not counted for the wider ones, so it can't use up their
 * limits.
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
 * Counts a request for a key. A binding has one limit for all keys, so a key with `shares` times
 * the limit has that many counters, and each request uses a random one.
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

/** Answers 429 to a network over its limit. */
export const limitRate = (limit: Limit, purpose?: string) =>
  createMiddleware<AppEnv>(async function limitRate(c, next) {
    if (!(await isWithinRate(c, limit, purpose))) throw new ProblemError("too_many_requests");
    await next();
  });

/** The same for browsers, with a page. */
export const limitPageRate = (limit: Limit, text: MessagePage["text"], purpose?: string) =>
  createMiddleware<AppEnv>(async function limitPageRate(c, next) {
    if (!(await isWithinRate(c, limit, purpose))) {
      return await messagePage(c, { status: 429, text });
    }
    return await next();
  });

/**
 * The rate limit of the account API. Reading is as frequent as approving, and has the same limit;
 * changes have a lower one.
 */
export const limitAccountRate = () =>
  createMiddleware<AppEnv>(async function limitAccountRate(c, next) {
    const within = isSafe(c.req.method)
      ? isWithinRate(c, "APPROVE_LIMIT", "account")
      : isWithinRate(c, "ACCOUNT_LIMIT");
    if (!(await within)) throw new ProblemError("too_many_requests");
    await next();
  });
