import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it } from "vitest";
import { accountStub, pipelined } from "../../../src/accounts/account-stub.ts";
import { configOf } from "../../../src/config/index.ts";
import { letTimePass, restoreClock, setClock } from "../../support/time.ts";

afterEach(restoreClock);

const HOUR = 3600 * 1000;
const DAY = 24 * HOUR;
const {
  maxDevices: MAX_DEVICES,
  historyTtl: HISTORY_TTL,
  deviceIdleTtl: DEVICE_IDLE_TTL,
} = configOf(env);

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
  it("keeps a login active from its begin to its end, also after an eviction", async () => {
    expect(await account("ada").isLoggedIn("one")).toBe(false);
    await begin("ada", "one");
    await begin("ada", "two");
    await evictDurableObject(account("ada"));
    expect(await account("ada").isLoggedIn("one")).toBe(true);
    await account("ada").endLogin("one");
    expect(await account("ada").isLoggedIn("one")).toBe(false);
    expect(await account("ada").isLoggedIn("two")).toBe(true);
  });

  it("does not begin a login that was ended before it began", async () => {
    await account("bob").endLogin("one");
    expect(await begin("bob", "one")).toMatchObject({ ok: false, error: "login_ended" });
    expect(await account("bob").isLoggedIn("one")).toBe(false);
  });

  it("keeps at most fifty logins and ends the one unused for longest [QR-LOGIN-20/3]", async () => {
    const start = Date.now();
    for (let i = 0; i < MAX_DEVICES; i++) {
      setClock(start + i);
      await begin("zoe", `login ${i}`);
    }
    expect(await account("zoe").isLoggedIn("login 0")).toBe(true);
    setClock(start + MAX_DEVICES);
    await begin("zoe", "one more");
    expect(await account("zoe").isLoggedIn("login 0")).toBe(false);
    expect(await account("zoe").isLoggedIn("login 1")).toBe(true);
    expect(await account("zoe").isLoggedIn("one more")).toBe(true);
  });

  it("lists a login in the history until its retention is over, and then deletes it", async () => {
    const now = Date.now();
    setClock(now);
    await begin("eve", "one", now + 1000);
    await begin("eve", "two", now + 2000);
    setClock(now + 1000);
    expect(await account("eve").isLoggedIn("one")).toBe(false);
    expect(await account("eve").isLoggedIn("two")).toBe(true);
    await letTimePass(account("eve"), now + 1000 + HISTORY_TTL);
    expect(await account("eve").history()).toMatchObject([{ type: "login", sid: "two" }]);
    await letTimePass(account("eve"), now + 2000 + HISTORY_TTL);
    await runInDurableObject(account("eve"), async (_, { storage }) => {
      expect([...storage.kv.list()]).toEqual([]);
      expect(await storage.getAlarm()).toBeNull();
    });
    // The object can be used again.
    expect(await begin("eve", "three")).toEqual({ ok: true, value: null });
    expect(await account("eve").isLoggedIn("three")).toBe(true);
  });

  it("ends an idle login and updates the last use once an hour at most [QR-LOGIN-20/4]", async () => {
    const start = Date.now();
    setClock(start);
    await begin("kim", "one", start + 365 * DAY);
    const lastSeen = async (at: number) => {
      setClock(at);
      expect(await account("kim").isLoggedIn("one")).toBe(true);
      return (await pipelined(account("kim").devices()).list())[0]?.lastSeenAt;
    };
    expect(await lastSeen(start + HOUR - 1)).toBe(start);
    expect(await lastSeen(start + HOUR)).toBe(start + HOUR);
    expect(await lastSeen(start + 2 * HOUR - 1)).toBe(start + HOUR);
    expect(await lastSeen(start + HOUR + DEVICE_IDLE_TTL - 1)).toBe(
      start + HOUR + DEVICE_IDLE_TTL - 1,
    );
    setClock(start + HOUR + 2 * DEVICE_IDLE_TTL - 1);
    expect(await account("kim").isLoggedIn("one")).toBe(false);
    expect(await pipelined(account("kim").devices()).list()).toEqual([]);
  });

  it("writes one row for each login, and sets the alarm only for the first", async () => {
    const rows = () =>
      runInDurableObject(account("ida"), async (_, { storage }) => ({
        keys: Array.from(storage.kv.list(), ([key]) => key),
        alarm: await storage.getAlarm(),
      }));
    await begin("ida", "one");
    const { alarm } = await rows();
    await begin("ida", "two");
    expect(await rows()).toEqual({ keys: ["login:one", "login:two"], alarm });
  });

  it("ends a login whose refresh token or code is reused, and records an attack", async () => {
    const first = { serial: 1, hash: "first" };
    const refresh = { reference: "r", current: first, idleAt: Date.now() + DAY };
    const expiresAt = Date.now() + DAY;
    await account("pat").beginLogin({ grant: grant("one"), expiresAt, refresh });
    await begin("pat", "two");
    const next = { reference: "r", hash: "next" };
    const use = (serial: number, hash: string) =>
      account("pat").refresh("one", {
        token: { serial, hash },
        next,
        clientId: "shop",
        idleTtl: DAY,
        retryTtl: 0,
      });
    expect((await use(1, "first")).ok).toBe(true);
    expect((await use(2, "next")).ok).toBe(true);
    expect(await use(1, "first")).toMatchObject({ error: "refresh_token_used" });
    await account("pat").codeReused("two", "shop");
    for (const sid of ["one", "two"]) expect(await account("pat").isLoggedIn(sid)).toBe(false);
    const history = await account("pat").history();
    for (const attack of [
      { type: "attack", what: "refresh_token_reused", sid: "one", clientId: "shop" },
      { type: "attack", what: "code_reused", sid: "two", clientId: "shop" },
    ]) {
      expect(history).toContainEqual({ ...attack, at: expect.any(Number) });
    }
  });

  it("keeps the record of an ended login without its refresh tokens", async () => {
    await begin("joe", "one");
    await pipelined(account("joe").devices()).end("one", "stranger", undefined);
    const record = await runInDurableObject(account("joe"), (_, { storage }) =>
      storage.kv.get("login:one"),
    );
    expect(record).toEqual({
      rowVersion: 2,
      status: "ended",
      grant: grant("one"),
      endedAt: expect.any(Number),
      endedBy: "stranger",
      forgetAt: expect.any(Number),
    });
  });
});
