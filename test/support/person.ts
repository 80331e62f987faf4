import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { accountStub } from "../../src/accounts/account-stub.ts";
import type { DeviceInfo } from "../../src/login-session/domain/device-info.ts";
import type { HistoryResponse, HistoryEntry } from "../../src/protocol/history.ts";
import { madeUp } from "./api.ts";
import { Authenticator } from "./authenticator.ts";
import { Browser, ISSUER } from "./browser.ts";

/** Somebody with a passkey account, on their phone. */
export interface Person {
  phone: Browser;
  authenticator: Authenticator;
  sub: string;
}

export async function person(): Promise<Person> {
  const phone = new Browser();
  const authenticator = await Authenticator.make(ISSUER);
  const response = await authenticator.create(await phone.registrationOptions());
  const answer = await phone.post("/account/register", { response });
  const { account } = await answer.json<{ account: { sub: string } }>();
  return { phone, authenticator, sub: account.sub };
}

/** Signs a phone in with a passkey. */
export async function signIn(phone: Browser, authenticator: Authenticator): Promise<Response> {
  const response = await authenticator.get(await phone.signInOptions());
  return await phone.post("/account/sign-in", { response });
}

/** Another phone that the person's passkey has come to. */
export async function anotherPhone({ authenticator }: Person): Promise<Browser> {
  const phone = new Browser();
  const answer = await signIn(phone, authenticator);
  if (answer.status !== 200) throw new Error(`not signed in: ${await answer.text()}`);
  return phone;
}

const DAY = 24 * 3600 * 1000;

/** A screen is logged in through the account. Returns the login's name. */
export async function logIn(
  sub: string,
  { clientId = "screen", screen = {} }: { clientId?: string; screen?: DeviceInfo } = {},
): Promise<string> {
  const sessionId = madeUp();
  const approvedAt = Date.now();
  const grant = { sessionId, clientId, scope: "openid", account: { sub }, approvedAt, screen };
  using begun = await accountStub(env, sub).beginLogin({ grant, expiresAt: approvedAt + 90 * DAY });
  if (!begun.ok) throw new Error(begun.error);
  return sessionId;
}

/** The types of what an account remembers, the newest first. */
export async function historyOf(phone: Browser): Promise<HistoryEntry[]> {
  return (await (await phone.get("/account/history")).json<HistoryResponse>()).events;
}

/** Everything that the account keeps, and when its alarm comes. */
export async function storageOf(
  sub: string,
): Promise<{ rows: [string, unknown][]; alarm: number | null }> {
  return await runInDurableObject(accountStub(env, sub), async (_, { storage }) => ({
    rows: [...storage.kv.list()],
    alarm: await storage.getAlarm(),
  }));
}
