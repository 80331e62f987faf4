import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { accountStub } from "../../src/accounts/account-stub.ts";
import type { DeviceInfo } from "../../src/login-session/domain/device-info.ts";
import { madeUp } from "./api.ts";

/** Direct access to the Durable Object of an account. */

const DAY = 24 * 3600 * 1000;

/** Adds a login to the account. Returns its `sid`. */
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

/** All rows, and the time of the alarm. */
export async function storageOf(
  sub: string,
): Promise<{ rows: [string, unknown][]; alarm: number | null }> {
  return await runInDurableObject(accountStub(env, sub), async (_, { storage }) => ({
    rows: [...storage.kv.list()],
    alarm: await storage.getAlarm(),
  }));
}

/** The stored events after the creation of the account. */
export async function storedEventsOf(sub: string): Promise<Record<string, unknown>[]> {
  const events = await runInDurableObject(accountStub(env, sub), (_, { storage }) =>
    Array.from(
      storage.kv.list<Record<string, unknown>>({ prefix: "event:" }),
      ([, event]) => event,
    ),
  );
  return events.filter(({ type }) => type !== "account_created");
}
