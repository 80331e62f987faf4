import { Hono, type Context } from "hono";
import { accountStub } from "../accounts/account-stub.ts";
import { SubscriptionBody, type NoticesAnswer } from "../protocol/notices.ts";
import { pushKey } from "../push/push-key.ts";
import { checkedSubscription } from "../push/subscription.ts";
import type { AppEnv } from "./app-env.ts";
import { identify } from "./identify.ts";
import { methodNotAllowed } from "./method-not-allowed.ts";
import { ProblemError } from "./problem-answer.ts";
import { limitRate } from "./rate-limit.ts";
import { jsonBody } from "./request-body.ts";

/**
 * Whether this phone is told of what happens with its account. For signed-in browsers alone: an app of
 * another issuer has its own ways to be told.
 */
export const notices = new Hono<AppEnv>();

// "/*" is "/" too.
notices.on(["GET", "POST", "DELETE"], "/*", limitRate("ACCOUNT_LIMIT"));

notices.get("/", async (c) => {
  const { sub, phone } = await signedInPhone(c);
  const { publicKey } = await pushKey(c.env);
  const on = await accountStub(c.env, sub).noticesOn(phone);
  return c.json({ public_key: publicKey, on } satisfies NoticesAnswer);
});

notices.post("/", async (c) => {
  const body = await jsonBody(c, SubscriptionBody);
  const { sub, phone } = await signedInPhone(c);
  const checked = await checkedSubscription(body, c.var.config.pushServices);
  if (!checked.ok) throw new ProblemError("invalid_request", `${checked.error} can't be used here`);
  const told = await accountStub(c.env, sub).turnNoticesOn(phone, checked.value);
  // It was signed out in this very moment.
  if (!told) throw new ProblemError("sign_in_required");
  return c.body(null, 204);
});

notices.delete("/", async (c) => {
  const { sub, phone } = await signedInPhone(c);
  await accountStub(c.env, sub).turnNoticesOff(phone);
  return c.body(null, 204);
});

notices.all("/", methodNotAllowed("GET", "POST", "DELETE"));

async function signedInPhone(c: Context<AppEnv>): Promise<{ sub: string; phone: string }> {
  const account = await identify(c);
  if (account?.phone === undefined) throw new ProblemError("sign_in_required");
  return { sub: account.sub, phone: account.phone };
}
