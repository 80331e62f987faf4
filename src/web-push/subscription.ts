import { decodeBase64url } from "../lib/base64url.ts";
import { err, ok, type Result } from "../lib/result.ts";
import type { SubscriptionBody } from "../protocol/notifications.ts";
import { importPoint, type ReceiverKeys } from "./encrypt.ts";
import { isKnownEndpoint } from "./endpoint.ts";

/** A browser's push subscription. */
export interface Subscription {
  endpoint: string;
  keys: ReceiverKeys;
  /** The language of its messages (RFC 5646). */
  language: string;
}

/** Validates a subscription. The error names the wrong member. */
export async function checkedSubscription(
  { endpoint, keys, language }: SubscriptionBody,
  services: readonly string[],
): Promise<Result<Subscription, "endpoint" | "keys.p256dh">> {
  if (!isKnownEndpoint(endpoint, services)) return err("endpoint");
  if (!(await isPoint(keys.p256dh))) return err("keys.p256dh");
  return ok({ endpoint, keys, language });
}

/** Whether it is an uncompressed point on the curve (RFC 8291 §3.1). */
async function isPoint(text: string): Promise<boolean> {
  const point = decodeBase64url(text);
  if (point?.length !== 65 || point[0] !== 4) return false;
  return await importPoint(point).then(
    () => true,
    () => false,
  );
}
