import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, it } from "vitest";
import { SWEEP, consumeJti } from "../../../src/oidc/dpop/jti-replay-cache.ts";
import { letTimePass, restoreClock } from "../../support/time.ts";

afterEach(restoreClock);

const objectOf = (name: string) => env.REPLAYS.get(env.REPLAYS.idFromName(name));
const SHOP = { client: "shop" };

it("accepts each jti once for each signer", async () => {
  const until = Date.now() + 60_000;
  expect(await consumeJti(env, SHOP, "one", until)).toBe(true);
  expect(await consumeJti(env, SHOP, "two", until)).toBe(true);
  expect(await consumeJti(env, { client: "other" }, "one", until)).toBe(true);
  // Both rows are in the same object.
  expect(await consumeJti(env, { jkt: "x1" }, "one", until)).toBe(true);
  expect(await consumeJti(env, { jkt: "x2" }, "one", until)).toBe(true);
  await evictDurableObject(objectOf("client:shop"));
  await evictDurableObject(objectOf("key:x"));
  expect(await consumeJti(env, SHOP, "one", until)).toBe(false);
  expect(await consumeJti(env, { jkt: "x1" }, "one", until)).toBe(false);
});

it("accepts one of many simultaneous uses of a jti", async () => {
  const until = Date.now() + 60_000;
  const all = await Promise.all(
    Array.from({ length: 20 }, () => consumeJti(env, { jkt: "raced" }, "one", until)),
  );
  expect(all.filter(Boolean)).toHaveLength(1);
});

it("accepts any text as a jti", async () => {
  for (const jti of ["", "ä\n", "\ud800", "x".repeat(5000)]) {
    expect(await consumeJti(env, { jkt: "odd" }, jti, Date.now() + 60_000)).toBe(true);
  }
});

it("deletes expired rows and keeps the others until none is left", async () => {
  const start = Date.now();
  const swept = { client: "swept" };
  const object = objectOf("client:swept");
  const rows = () => runInDurableObject(object, (_, { storage }) => [...storage.kv.list()].length);
  await consumeJti(env, swept, "soon", start + 60_000);
  await consumeJti(env, swept, "late", start + SWEEP + 60_000);
  await letTimePass(object, start + SWEEP + 1000);
  expect(await rows()).toBe(1);
  expect(await consumeJti(env, swept, "late", start + SWEEP + 60_000)).toBe(false);
  await letTimePass(object, start + 2 * SWEEP + 2000);
  expect(await rows()).toBe(0);
  await runInDurableObject(object, async (_, { storage }) => {
    expect(await storage.getAlarm()).toBeNull();
  });
});
