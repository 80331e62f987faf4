import { Hono } from "hono";
import { pipelined } from "../../accounts/account-stub.ts";
import { SubscriptionBody, type NotificationsResponse } from "../../protocol/notifications.ts";
import { pushKey } from "../../web-push/push-key.ts";
import { checkedSubscription } from "../../web-push/subscription.ts";
import type { AppEnv } from "../app-env.ts";
import { methodNotAllowed } from "../middleware/method-not-allowed.ts";
import { ProblemError } from "../middleware/problem-response.ts";
import { jsonBody } from "../middleware/request-body.ts";
import { accountProblem } from "./account-problem.ts";
import { requirePhoneSession } from "./require-phone-session.ts";

/** The push notifications of a phone. Only for phones of built-in accounts: apps of other issuers have their own. */
export const notices = new Hono<AppEnv>();

notices.get("/", async (c) => {
  const { account, secretHash } = await requirePhoneSession(c);
  const { publicKey } = await pushKey(c.env);
  const on = await pipelined(account.notifications()).isEnabled(secretHash);
  return c.json({ public_key: publicKey, on } satisfies NotificationsResponse);
});

notices.post("/", async (c) => {
  const body = await jsonBody(c, SubscriptionBody);
  const { account, secretHash } = await requirePhoneSession(c);
  const checked = await checkedSubscription(body, c.var.config.pushServices);
  if (!checked.ok) {
    throw new ProblemError("invalid_request", { detail: `${checked.error} can't be used here` });
  }
  const enabled = await pipelined(account.notifications()).enable(secretHash, checked.value);
  if (!enabled.ok) throw accountProblem(enabled.error);
  return c.body(null, 204);
});

notices.delete("/", async (c) => {
  const { account, secretHash } = await requirePhoneSession(c);
  const disabled = await pipelined(account.notifications()).disable(secretHash);
  if (!disabled.ok) throw accountProblem(disabled.error);
  return c.body(null, 204);
});

notices.all("/", methodNotAllowed("GET", "POST", "DELETE"));
