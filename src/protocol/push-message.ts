import * as v from "valibot";

/** What a phone is told of unasked, and how it asks to be told. */

const short = v.pipe(v.string(), v.maxLength(200));

/** Why a phone is told something. */
export const NOTICE_TYPES = [
  /** A screen was logged in through the account. */
  "device_linked",
  /** A login was refused as too risky, or because what one device showed wasn't typed on the other. */
  "login_refused",
  /** Somebody has, or had, what only the owner should have. */
  "attack",
  /** Somebody signed in with the recovery code. */
  "recovery_code_used",
  /** Another phone was signed in to the account, by this project's own code. */
  "phone_linked",
] as const;

/** One notice, as the phone's service worker reads it. Its text is made there, in the owner's language. */
export const Notice = v.object({
  v: v.literal(1),
  type: v.picklist(NOTICE_TYPES),
  /** A language tag (RFC 5646). */
  language: short,
  client_name: v.exactOptional(short),
  browser: v.exactOptional(short),
  system: v.exactOptional(short),
  city: v.exactOptional(short),
  country: v.exactOptional(short),
  /** ISO 8601, UTC. */
  at: short,
  /** The login that it is about. */
  sid: v.exactOptional(short),
});

export type Notice = v.InferOutput<typeof Notice>;

/** Base64url of so many characters. */
const base64url = (length: number) =>
  v.pipe(v.string(), v.length(length), v.regex(/^[\w-]+$/, "must be base64url"));

/** `POST /account/notices`: a browser's push subscription (Push API §9), and the language to be told in. */
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

/** `GET /account/notices`. */
export const NotificationsResponse = v.object({
  /** The uncompressed point, base64url, that the browser subscribes by (`applicationServerKey`). */
  public_key: v.string(),
  /** Whether this phone is told. */
  on: v.boolean(),
});

export type NotificationsResponse = v.InferOutput<typeof NotificationsResponse>;
