import type { Context } from "hono";
import { accountStub, type AccountStub } from "../../accounts/account-stub.ts";
import { callTwice } from "../../lib/object-unavailable.ts";
import type { AppEnv } from "../app-env.ts";
import { ProblemError } from "../middleware/problem-response.ts";
import { phoneKey, type PhoneKey } from "./phone-cookie.ts";

/** A phone that is signed in to a built-in account by its cookie. */
export interface PhoneSessionOfRequest extends PhoneKey {
  account: AccountStub;
  name: string;
  /** When its owner authenticated, milliseconds since the epoch. */
  authTime: number;
}

/** How long a sign-in is recent, in milliseconds. */
export const RECENT = 600_000;

/** Only the cookie counts: apps of trusted issuers can't manage a built-in account. */
export async function requirePhoneSession(c: Context<AppEnv>): Promise<PhoneSessionOfRequest> {
  const phone = await phoneKey(c);
  if (!phone) throw new ProblemError("sign_in_required");
  const known = await callTwice(() => accountStub(c.env, phone.sub).whoIs(phone.secretHash));
  if (!known.ok) throw new ProblemError("sign_in_required");
  const { name, authTime = 0 } = known.value;
  return { ...phone, account: accountStub(c.env, phone.sub), name, authTime };
}

/** The same, with a recent sign-in, so that an unattended unlocked phone is not enough (OWASP ASVS 5.0, 7.5.1). */
export async function requireRecentSignIn(c: Context<AppEnv>): Promise<PhoneSessionOfRequest> {
  const phone = await requirePhoneSession(c);
  if (Date.now() - phone.authTime > RECENT) throw new ProblemError("sign_in_again");
  return phone;
}
