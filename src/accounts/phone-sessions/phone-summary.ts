import type { PhoneSession } from "../account-state.ts";

/** A phone that is signed in, as its owner sees it. Instants are milliseconds since the epoch. */
export interface PhoneSummary extends PhoneDevice {
  id: string;
  signedInAt: number;
  /** To the day. */
  lastSeenAt: number;
  by: EnteredBy;
  /** Whether it is the phone that asks. */
  current: boolean;
  unconfirmed: boolean;
}

/** What a phone was, and where, when it came in. */
export interface PhoneDevice {
  browser?: string;
  system?: string;
  city?: string;
  /** ISO 3166-1 alpha-2. */
  country?: string;
}

/** How a phone came in. */
export type EnteredBy = "passkey" | "another_phone" | "recovery_code";

export function phoneSummary(
  { id, createdAt, lastSeenAt, by, device }: PhoneSession,
  { current, unconfirmed }: Pick<PhoneSummary, "current" | "unconfirmed">,
): PhoneSummary {
  return { id, ...device, signedInAt: createdAt, lastSeenAt, by, current, unconfirmed };
}
