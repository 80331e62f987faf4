import { configOf } from "../../config/index.ts";
import { DEVICE_REDEMPTION_TIME } from "../../login-session/domain/device-polling.ts";
import type { AccountContext } from "../account-context.ts";
import type { PhoneSessionInit, SignedIn } from "../account-rpc.ts";
import type { AuditEvent } from "../audit-log/audit-event.ts";
import { phonesSignedOut } from "../audit-log/sign-out-events.ts";
import type { Profile } from "../profile.ts";
import type { Entry } from "./phone-session.ts";
import { rootOf } from "./trust-delay.ts";

/** Signs a phone in to the account of `name`, and records that as `event`. */
export async function openPhoneSession(
  { env, store, phones, audit }: AccountContext,
  { name }: Pick<Profile, "name">,
  { from, ...session }: PhoneSessionInit,
  entry: Entry,
  event: AuditEvent,
): Promise<SignedIn> {
  const now = Date.now();
  const { deviceTtl, codeTtl } = configOf(env);
  // A device code can be redeemed for longer than an authorization code.
  const lifetime = { codeTtl: Math.max(codeTtl, deviceTtl, DEVICE_REDEMPTION_TIME) };
  const evicted = phones.create({ ...session, ...lifetime }, entry, from ?? {}, now);
  phones.recordUse(entry, now);
  // An approval by another phone, and the use of a recovery code, are not actions of the phone that they sign in.
  const root = event.type === "phone_signed_in" ? rootOf(entry, now) : undefined;
  const signedOut = phonesSignedOut(evicted, store.credentials());
  await audit.recordAll([...signedOut, { ...event, ...from }], root);
  return { name };
}
