import type { Context } from "hono";
import { accountStub } from "../../accounts/account-stub.ts";
import type { PhoneSessionInit } from "../../accounts/account-rpc.ts";
import { sha256 } from "../../lib/digest.ts";
import { randomToken } from "../../lib/random.ts";
import type { AppEnv } from "../app-env.ts";
import { eventContextOf } from "../middleware/request-context.ts";
import { phoneKey, setPhoneCookie } from "./phone-cookie.ts";

/** A secret for a phone that is about to come in, and what its account is told of it. */
export async function newPhoneSecret(
  c: Context<AppEnv>,
): Promise<{ secret: string; phone: PhoneSessionInit }> {
  const secret = randomToken();
  return { secret, phone: { secretHash: await sha256(secret), from: eventContextOf(c) } };
}

/** The phone is in. It holds one session at a time: a new one ends the one before it. */
export async function startPhoneSession(
  c: Context<AppEnv>,
  sub: string,
  secret: string,
): Promise<void> {
  const before = await phoneKey(c);
  // A request that is repeated lets the same phone in again.
  if (before?.secretHash !== (await sha256(secret))) await signOut(c);
  setPhoneCookie(c, sub, secret);
}

export async function signOut(c: Context<AppEnv>): Promise<void> {
  const phone = await phoneKey(c);
  if (phone) await accountStub(c.env, phone.sub).signOut(phone.secretHash);
}
