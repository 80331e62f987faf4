import * as v from "valibot";

/** `/account/notices`: the push notifications of a phone. */

/* @__NO_SIDE_EFFECTS__ */
const base64url = (length: number) =>
  v.pipe(v.string(), v.length(length), v.regex(/^[\w-]+$/, "must be base64url"));

/** `POST /account/notices`: a browser's push subscription (Push API §9), and the language of the notifications. */
export const SubscriptionBody = v.strictObject({
  endpoint: v.pipe(v.string(), v.minLength(1), v.maxLength(2000)),
  keys: v.strictObject({
    /** 65 bytes: an uncompressed point of P-256 (RFC 8291 §3.1). */
    p256dh: base64url(87),
    /** 16 bytes (RFC 8291 §3.2). */
    auth: base64url(22),
  }),
  language: v.pipe(v.string(), v.maxLength(35), v.regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/)),
});

export type SubscriptionBody = v.InferOutput<typeof SubscriptionBody>;

/** 200 of `GET /account/notices`. */
export const NotificationsResponse = v.object({
  /** The VAPID key that the browser subscribes with (`applicationServerKey`): an uncompressed point, base64url. */
  public_key: v.string(),
  /** Whether this phone has a subscription. */
  on: v.boolean(),
});

export type NotificationsResponse = v.InferOutput<typeof NotificationsResponse>;
