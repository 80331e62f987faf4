import { decodeBase64url } from "../lib/base64url.ts";
import { err, ok, type Result } from "../lib/result.ts";
import type { SubscriptionBody } from "../protocol/notifications.ts";
import { importPoint, type ReceiverKeys } from "./encrypt.ts";
import { isKnownEndpoint } from "./endpoint.ts";

/** Where a phone's browser is reached, and how it reads what comes. */
export interface Subscription {
  endpoint: string;
  keys: ReceiverKeys;
  /** What its owner is to be told in: a language tag (RFC 5646). */
  language: string;
}

/** The subscription that a browser told of, if it can be one. */
export async function checkedSubscription(
  { endpoint, keys, language }: SubscriptionBody,
  services: readonly string[],
): Promise<Result<Subscription, "endpoint" | "keys.p256dh">> {
  if (!isKnownEndpoint(endpoint, services)) return err("endpoint");
  if (!(await isPoint(keys.p256dh))) return err("keys.p256dh");
  return ok({ endpoint, keys, language });
}

/** RFC 8291 §3.1: uncompressed, and on the curve. */
async function isPoint(text: string): Promise<boolean> {
  const point = decodeBase64url(text);
  if (point?.length !== 65 || point[0] !== 4) return false;
  return await importPoint(point).then(
    () => true,
    () => false,
  );
}
