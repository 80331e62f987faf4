import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it } from "vitest";
import { MAX_LOGINS } from "../../src/accounts/login-record.ts";
import { accountStub } from "../../src/accounts/account-stub.ts";
import { letTimePass, restoreClock, setClock } from "../support/time.ts";

afterEach(restoreClock);

const account = (sub: string) => accountStub(env, sub);
const grant = (sessionId: string) => ({
  sessionId,
  clientId: "shop",
  scope: "openid",
  account: { sub: "ada" },
  approvedAt: 0,
  screen: {},
});
const begin = (sub: string, sessionId: string, expiresAt = Date.now() + 10_000_000) =>
  account(sub).beginLogin({ grant: grant(sessionId), expiresAt });

describe("the logins of an account", () => {
  it("count from when they began until they are ended, whatever is evicted", async () => {
    expect(await account("ada").isLoggedIn("one")).toBe(false);
    await begin("ada", "one");
    await begin("ada", "two");
    await evictDurableObject(account("ada"));
    expect(await account("ada").isLoggedIn("one")).toBe(true);
    await account("ada").endLogin("one");
    expect(await account("ada").isLoggedIn("one")).toBe(false);
    expect(await account("ada").isLoggedIn("two")).toBe(true);
  });

  it("can't begin once they were ended, even where the end came first", async () => {
    await account("bob").endLogin("one");
    expect(await begin("bob", "one")).toMatchObject({ ok: false, error: "login_ended" });
    expect(await account("bob").isLoggedIn("one")).toBe(false);
  });

  it("are a hundred at most: the one that was unused for longest makes room", async () => {
    const start = Date.now();
    for (let i = 0; i < MAX_LOGINS; i++) {
      setClock(start + i);
      await begin("zoe", `login ${i}`);
    }
    expect(await account("zoe").isLoggedIn("login 0")).toBe(true);
    setClock(start + MAX_LOGINS);
    await begin("zoe", "one more");
    expect(await account("zoe").isLoggedIn("login 0")).toBe(false);
    expect(await account("zoe").isLoggedIn("login 1")).toBe(true);
    expect(await account("zoe").isLoggedIn("one more")).toBe(true);
  });

  it("are forgotten when they have nothing more to say, and leave nothing", async () => {
    const now = Date.now();
    await begin("eve", "one", now + 1000);
    await begin("eve", "two", now + 2000);
    await letTimePass(account("eve"), now + 1000);
    expect(await account("eve").isLoggedIn("one")).toBe(false);
    expect(await account("eve").isLoggedIn("two")).toBe(true);
    await letTimePass(account("eve"), now + 2000);
    await runInDurableObject(account("eve"), async (_, { storage }) => {
      expect([...storage.kv.list()]).toEqual([]);
      expect(await storage.getAlarm()).toBeNull();
    });
  });
});
