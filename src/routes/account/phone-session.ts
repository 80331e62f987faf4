import type { Context } from "hono";
import type { PhoneSessionInit } from "../../accounts/account-rpc.ts";
import { accountStub, pipelined } from "../../accounts/account-stub.ts";
import { defined } from "../../lib/defined.ts";
import { sha256 } from "../../lib/digest.ts";
import { randomToken } from "../../lib/random.ts";
import type { SignedInResponse } from "../../protocol/account.ts";
import type { AppEnv } from "../app-env.ts";
import { eventContextOf } from "../middleware/request-context.ts";
import { phoneKey, setPhoneCookie } from "./phone-cookie.ts";

/** The secret of a phone that is about to sign in, and what its account stores of it. */
export async function newPhoneSecret(
  c: Context<AppEnv>,
  secret = randomToken(),
): Promise<{ secret: string; phone: PhoneSessionInit }> {
  return { secret, phone: await phoneSessionInit(c, secret) };
}

/** What the account stores of a phone with this secret. The session in the cookie is replaced, unless it is the same. */
export async function phoneSessionInit(
  c: Context<AppEnv>,
  secret: string,
): Promise<PhoneSessionInit> {
  const secretHash = await sha256(secret);
  const previous = await phoneKey(c);
  const replaces = previous?.secretHash === secretHash ? undefined : previous?.secretHash;
  return { secretHash, from: eventContextOf(c), ...defined({ replaces }) };
}

/** The response to a sign-in that the account has accepted. A browser has one phone session: the previous one ends. */
export async function startPhoneSession(
  c: Context<AppEnv>,
  { sub, name, secret }: { sub: string; name: string; secret: string },
  status: 200 | 201 = 200,
): Promise<Response> {
  const previous = await phoneKey(c);
  // A repeated request signs the same phone in again. A session of the same account was replaced by the account.
  if (previous?.secretHash !== (await sha256(secret))) await signOut(c);
  setPhoneCookie(c, sub, secret);
  return c.json({ account: { sub, name } } satisfies SignedInResponse, status);
}

export async function signOut(c: Context<AppEnv>): Promise<void> {
  const phone = await phoneKey(c);
  if (phone) await pipelined(accountStub(c.env, phone.sub).phones()).signOut(phone.secretHash);
}
