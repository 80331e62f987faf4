import * as v from "valibot";

/** Push notifications to a phone, and the subscription to them. */

const short = v.pipe(v.string(), v.maxLength(200));

/** The events that a phone is notified of. */
export const NOTICE_TYPES = [
  /** A screen was logged in through the account. */
  "device_linked",
  /** A login was refused by the risk assessment, or by wrong digits. */
  "login_refused",
  /** Somebody used a secret that only the owner should have. */
  "attack",
  /** The recovery code was used to sign in. */
  "recovery_code_used",
  /** Another phone was linked to the account. */
  "phone_linked",
] as const;

/** One notification for the service worker, which writes its text in the owner's language. */
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
  /** The login. */
  sid: v.exactOptional(short),
});

export type Notice = v.InferOutput<typeof Notice>;
