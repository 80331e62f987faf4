import type { Context } from "hono";
import { accountStub } from "../../accounts/account-stub.ts";
import type { Account } from "../../accounts/account.ts";
import { callTwice } from "../../lib/object-unavailable.ts";
import type { AppEnv } from "../app-env.ts";
import { phoneKey, type PhoneKey } from "./phone-cookie.ts";
import { ProblemError } from "../middleware/problem-response.ts";

/** A phone that is signed in to a built-in account by its cookie, and that account. */
export interface SignedInPhone extends PhoneKey {
  account: DurableObjectStub<Account>;
  name: string;
  /** When its owner proved who they are, milliseconds since the epoch. */
  authTime: number;
}

/** How long a sign-in is recent, in milliseconds. */
export const RECENT = 600_000;

/** Only a cookie counts: what is asked for here is the account's own, and no app of another issuer has one. */
export async function requirePhoneSession(c: Context<AppEnv>): Promise<SignedInPhone> {
  const phone = await phoneKey(c);
  if (!phone) throw new ProblemError("sign_in_required");
  const account = accountStub(c.env, phone.sub);
  const known = await callTwice(() => accountStub(c.env, phone.sub).whoIs(phone.secretHash));
  if (!known.ok) throw new ProblemError("sign_in_required");
  const { name, authTime = 0 } = known.value;
  return { ...phone, account, name, authTime };
}

/**
 * The same, where it takes more than a phone that lies about unlocked (OWASP ASVS 5.0, 7.5.1: before
 * what an account is entered with is changed, its owner proves again who they are).
 */
export async function requireRecentSignIn(c: Context<AppEnv>): Promise<SignedInPhone> {
  const phone = await requirePhoneSession(c);
  if (Date.now() - phone.authTime > RECENT) throw new ProblemError("sign_in_again");
  return phone;
}
