import { configOf } from "../config/index.ts";
import type { DeliveryResult } from "../lib/outbox/outbox-store.ts";
import { httpPost } from "../lib/outbox/http-post.ts";
import { encryptMessage, newMessageKeys } from "./encrypt.ts";
import { isKnownEndpoint } from "./endpoint.ts";
import { pushKey } from "./push-key.ts";
import type { Subscription } from "./subscription.ts";
import { vapidAuthorization } from "./vapid.ts";

/** One push message. */
export interface PushMessage {
  /** The same for all attempts, so that a repeat replaces the message and is not shown twice. */
  id: string;
  body: object;
}

/** The result of an attempt. "gone": the subscription has ended. */
export type Pushed = DeliveryResult | { end: "gone" };

/** Seconds that the push service stores a message for a phone that is offline (RFC 8030 §5.2). */
const TTL = 24 * 3600;

/** Makes one attempt to send a message (RFC 8030 §5). Each attempt encrypts it with new keys. */
export async function sendPush(
  env: Env,
  { endpoint, keys }: Subscription,
  { id, body }: PushMessage,
): Promise<Pushed> {
  const { issuer, pushServices } = configOf(env);
  // The configuration may have changed since the subscription was stored.
  if (!isKnownEndpoint(endpoint, pushServices)) return { end: "gone" };
  const plaintext = new TextEncoder().encode(JSON.stringify(body));
  const answer = await httpPost(
    {
      uri: endpoint,
      headers: {
        Authorization: await vapidAuthorization(
          { endpoint, contact: issuer },
          await pushKey(env),
          Date.now(),
        ),
        "Content-Type": "application/octet-stream",
        "Content-Encoding": "aes128gcm",
        TTL: String(TTL),
        // RFC 8030 §5.4: at most 32 characters of base64url.
        Topic: id.slice(0, 32),
        // §5.3: the user may have to act at once, even in battery saving mode.
        Urgency: "high",
      },
      body: await encryptMessage(plaintext, keys, await newMessageKeys()),
    },
    issuer,
  );
  return answer.ok
    ? classifyResponse(answer.value.status)
    : { end: "failed", reason: answer.error };
}

/** RFC 8030 §5, §7.3 and §8.4. */
export function classifyResponse(status: number): Pushed {
  if (status >= 200 && status < 300) return { end: "accepted" };
  if (status === 404 || status === 410) return { end: "gone" };
  const reason = `it was answered ${status}`;
  // Rate limits and server errors are temporary.
  return status === 408 || status === 429 || status >= 500
    ? { end: "failed", reason }
    : { end: "refused", reason };
}
