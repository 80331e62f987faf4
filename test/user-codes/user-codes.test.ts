import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it } from "vitest";
import { userCodesFor } from "../../src/user-codes/user-codes.ts";
import { letTimePass, restoreClock, setClock } from "../support/time.ts";

afterEach(restoreClock);

/** The middle of a ten-minute generation. */
const NOON = 1_800_000_300_000;
const alarmOf = (codes: DurableObjectStub) =>
  runInDurableObject(codes, (_, { storage }) => storage.getAlarm());

describe("a typed code", () => {
  it("resolves a typed code to its session until it expires", async () => {
    setClock(NOON);
    const codes = userCodesFor(env, "BBBBBBBB");
    expect(await codes.register("BBBBBBBB", "one", NOON + 120_000)).toBe(true);
    expect(await codes.register("BBBBBBBB", "two", NOON + 120_000)).toBe(false);
    await evictDurableObject(codes);
    expect(await codes.resolve("BBBBBBBB", "192.0.2.1")).toMatchObject({ value: "one" });
    setClock(NOON + 120_000);
    expect(await codes.resolve("BBBBBBBB", "192.0.2.1")).toMatchObject({
      error: "session_expired",
    });
    expect(await codes.register("BBBBBBBB", "two", NOON + 240_000)).toBe(true);
    expect(await codes.resolve("BBBBBBBB", "192.0.2.1")).toMatchObject({ value: "two" });
  });

  it("resolves a typed code across two generations", async () => {
    setClock(NOON + 299_000);
    const codes = userCodesFor(env, "CCCCCCCC");
    await codes.register("CCCCCCCC", "one", NOON + 419_000);
    await codes.register("CDDDDDDD", "gone", NOON + 299_500);
    await letTimePass(codes, NOON + 300_000);
    expect(await codes.resolve("CCCCCCCC", "192.0.2.1")).toMatchObject({ value: "one" });
    expect(await codes.register("CCCCCCCC", "two", NOON + 420_000)).toBe(false);
  });

  it("resolves a typed code for half an hour, across four generations", async () => {
    setClock(NOON);
    const codes = userCodesFor(env, "JJJJJJJJ");
    await codes.register("JJJJJJJJ", "one", NOON + 1_800_000);
    for (const generations of [0, 1, 2]) {
      await letTimePass(codes, NOON + 300_000 + generations * 600_000);
      expect(await codes.resolve("JJJJJJJJ", "192.0.2.1")).toMatchObject({ value: "one" });
    }
    setClock(NOON + 1_799_999);
    expect(await codes.resolve("JJJJJJJJ", "192.0.2.1")).toMatchObject({ value: "one" });
  });

  it("knows an expired code for a minute at least, and counts no try for it", async () => {
    // It expires just before the end of a generation.
    setClock(NOON);
    const codes = userCodesFor(env, "KKKKKKKK");
    await codes.register("KKKKKKKK", "one", NOON + 299_999);
    await letTimePass(codes, NOON + 300_000);
    setClock(NOON + 359_000);
    for (let i = 0; i < 20; i++) {
      const resolved = await codes.resolve("KKKKKKKK", "192.0.2.1");
      expect(resolved).toMatchObject({ error: "session_expired" });
    }
    expect(await codes.resolve("KBBBBBBB", "192.0.2.1")).toMatchObject({
      error: "user_code_unknown",
    });
  });

  it("deletes typed codes with their generation, and everything with the last one", async () => {
    setClock(NOON);
    const codes = userCodesFor(env, "DDDDDDDD");
    await codes.register("DDDDDDDD", "one", NOON + 120_000);
    await codes.resolve("DDDDDDDF", "192.0.2.1");
    expect(await alarmOf(codes)).toBe(NOON + 300_000);
    await letTimePass(codes, NOON + 300_000);
    const tables = await runInDurableObject(codes, (_, { storage }) =>
      storage.sql.exec("SELECT name FROM sqlite_master WHERE name NOT GLOB '_cf_*'").toArray(),
    );
    expect(tables).toEqual([]);
    expect(await alarmOf(codes)).toBeNull();
    // And it begins anew as if nothing had been.
    expect(await codes.register("DDDDDDDD", "two", NOON + 420_000)).toBe(true);
    expect(await codes.resolve("DDDDDDDD", "192.0.2.1")).toMatchObject({ value: "two" });
  });

  it("writes one row for a typed code", async () => {
    setClock(NOON);
    const codes = userCodesFor(env, "FFFFFFFF");
    await codes.register("FFFFFFFF", "one", NOON + 120_000);
    const written = await runInDurableObject(codes, (_, { storage }) => {
      const cursor = storage.sql.exec(
        `INSERT OR REPLACE INTO codes_${(NOON / 600_000) | 0} VALUES ('FFFFFFFG', 'x', 1)`,
      );
      return cursor.rowsWritten;
    });
    expect(written).toBe(1);
  });

  it("allows ten wrong typed codes from one address in ten minutes", async () => {
    setClock(NOON);
    const codes = userCodesFor(env, "GGGGGGGG");
    await codes.register("GGGGGGGG", "one", NOON + 120_000);
    for (let i = 0; i < 10; i++) {
      expect(await codes.resolve("GBBBBBBB", "192.0.2.1")).toMatchObject({
        error: "user_code_unknown",
      });
      if (i === 5) await evictDurableObject(codes);
    }
    expect(await codes.resolve("GGGGGGGG", "192.0.2.1")).toMatchObject({ error: "too_many_tries" });
    expect(await codes.resolve("GGGGGGGG", "192.0.2.9")).toMatchObject({ value: "one" });
    setClock(NOON + 300_000);
    expect(await codes.resolve("GBBBBBBB", "192.0.2.1")).toMatchObject({
      error: "user_code_unknown",
    });
  });

  it.each([
    ["/24 of IPv4", 40, (i: number) => `198.51.100.${i}`, "198.51.101.1"],
    ["/56 of IPv6", 20, (i: number) => `2001:db8:1:${i.toString(16)}::1`, "2001:db8:1:100::1"],
    ["/48 of IPv6", 40, (i: number) => `2001:db8:1:${(i << 8).toString(16)}::1`, "2001:db8:2::1"],
  ])("limits the wrong typed codes from all addresses of one %s", async (...row) => {
    const [, max, address, elsewhere] = row;
    setClock(NOON);
    const codes = userCodesFor(env, "HHHHHHHH");
    await runInDurableObject(codes, (_, { storage }) => storage.deleteAll());
    await evictDurableObject(codes);
    await codes.register("HHHHHHHH", "one", NOON + 120_000);
    for (let i = 1; i <= max; i++) {
      expect(await codes.resolve("HBBBBBBB", address(i))).toMatchObject({
        error: "user_code_unknown",
      });
    }
    const next = address(max + 1);
    expect(await codes.resolve("HHHHHHHH", next)).toMatchObject({ error: "too_many_tries" });
    expect(await codes.resolve("HHHHHHHH", elsewhere)).toMatchObject({ value: "one" });
  });
});
