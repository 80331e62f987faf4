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
