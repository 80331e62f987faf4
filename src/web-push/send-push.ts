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
  /** Names it: a repeat replaces what the push service still holds of it, and isn't shown twice. */
  id: string;
  body: object;
}

/** How a try ended: "gone" is a subscription that is no more, and never will be. */
export type Pushed = DeliveryResult | { end: "gone" };

/** Seconds that the push service keeps a message for a phone that is off (RFC 8030 §5.2). */
const TTL = 24 * 3600;

/** Sends one message once, as RFC 8030 §5 has it. Every try is encrypted anew. */
export async function sendPush(
  env: Env,
  { endpoint, keys }: Subscription,
  { id, body }: PushMessage,
): Promise<Pushed> {
  const { issuer, pushServices } = configOf(env);
  // An object lives through deployments: no other address is ever used than the configuration knows now.
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
        // §5.3: its owner may have to act now, even on a phone that saves its battery.
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

/** What a push service's answer means (RFC 8030 §5, §7.3, §8.4). */
export function classifyResponse(status: number): Pushed {
  if (status >= 200 && status < 300) return { end: "accepted" };
  if (status === 404 || status === 410) return { end: "gone" };
  const reason = `it was answered ${status}`;
  // Too many, or trouble there: both pass. Anything else would be answered so again.
  return status === 408 || status === 429 || status >= 500
    ? { end: "failed", reason }
    : { end: "refused", reason };
}
