import { Hono } from "hono";
import { SubscriptionBody, type NotificationsResponse } from "../../protocol/push-message.ts";
import { pushKey } from "../../web-push/push-key.ts";
import { checkedSubscription } from "../../web-push/subscription.ts";
import type { AppEnv } from "../app-env.ts";
import { methodNotAllowed } from "../middleware/method-not-allowed.ts";
import { ProblemError } from "../middleware/problem-response.ts";
import { refusedAction } from "./refused-action.ts";
import { jsonBody } from "../middleware/request-body.ts";
import { requirePhoneSession } from "./require-phone-session.ts";

/**
 * Whether this phone is told of what happens with its account. For signed-in browsers alone: an app of
 * another issuer has its own ways to be told.
 */
export const notices = new Hono<AppEnv>();

notices.get("/", async (c) => {
  const { account, secretHash } = await requirePhoneSession(c);
  const { publicKey } = await pushKey(c.env);
  const on = await account.hasNotifications(secretHash);
  return c.json({ public_key: publicKey, on } satisfies NotificationsResponse);
});

notices.post("/", async (c) => {
  const body = await jsonBody(c, SubscriptionBody);
  const { account, secretHash } = await requirePhoneSession(c);
  const checked = await checkedSubscription(body, c.var.config.pushServices);
  if (!checked.ok)
    throw new ProblemError("invalid_request", { detail: `${checked.error} can't be used here` });
  const turnedOn = await account.enableNotifications(secretHash, checked.value);
  if (!turnedOn.ok) throw refusedAction(turnedOn.error);
  return c.body(null, 204);
});

notices.delete("/", async (c) => {
  const { account, secretHash } = await requirePhoneSession(c);
  const turnedOff = await account.disableNotifications(secretHash);
  if (!turnedOff.ok) throw refusedAction(turnedOff.error);
  return c.body(null, 204);
});

notices.all("/", methodNotAllowed("GET", "POST", "DELETE"));
