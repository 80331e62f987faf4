import type { PhoneDevice, PhoneSession, SignInMethod } from "./phone-session.ts";

/** A signed-in phone, as its owner sees it. Instants are milliseconds since the epoch. */
export interface PhoneSummary extends PhoneDevice {
  id: string;
  signedInAt: number;
  /** To the day. */
  lastSeenAt: number;
  by: SignInMethod;
  /** Whether it is the phone that sent the request. */
  current: boolean;
  unconfirmed: boolean;
}

export function phoneSummary(
  { id, createdAt, lastSeenAt, by, device }: PhoneSession,
  { current, unconfirmed }: Pick<PhoneSummary, "current" | "unconfirmed">,
): PhoneSummary {
  return { id, ...device, signedInAt: createdAt, lastSeenAt, by, current, unconfirmed };
}
