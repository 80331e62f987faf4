import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { OVERLAP, RETENTION, SIGNING_PERIOD } from "../../../src/oidc/keys/key-rotation.ts";
import type { SigningKeys } from "../../../src/oidc/keys/signing-keys.ts";
import { restoreClock, setClock } from "../../support/time.ts";

type Stub = DurableObjectStub<SigningKeys>;

const T0 = Date.UTC(2027, 0, 1);

let objects = 0;
const someKeys = (): Stub =>
  env.SIGNING_KEYS.get(env.SIGNING_KEYS.idFromName(`keys of test ${++objects}`));

async function signing(stub: Stub): Promise<string> {
  using answer = await stub.signingKey();
  return answer.key.kid;
}

async function published(stub: Stub): Promise<string[]> {
  using answer = await stub.published();
  return answer.keys.map((key) => key.kid);
}

const alarmOf = (stub: Stub): Promise<number | null> =>
  runInDurableObject(stub, (_, state) => state.storage.getAlarm());

const rowsOf = (stub: Stub): Promise<number> =>
  runInDurableObject(stub, (_, state) => [...state.storage.kv.list()].length);

beforeEach(() => setClock(T0));

afterEach(restoreClock);

describe("first use", () => {
  it("creates one signing key for twenty simultaneous calls", async () => {
    const stub = someKeys();
    const kids = await Promise.all(Array.from({ length: 20 }, () => signing(stub)));
    expect(new Set(kids).size).toBe(1);
    expect(await rowsOf(stub)).toBe(1);
  });

  it("returns the same signing key to calls that start before it is created", async () => {
    const stub = someKeys();
    const kids = await runInDurableObject<SigningKeys, string[]>(stub, async (keys) => {
      const answers = await Promise.all(Array.from({ length: 20 }, () => keys.signingKey()));
      return answers.map(({ key }) => key.kid);
    });
    expect(new Set(kids).size).toBe(1);
    expect(await rowsOf(stub)).toBe(1);
  });

  it("publishes the first signing key in the first key set", async () => {
    const stub = someKeys();
    const [kids, kid] = await Promise.all([published(stub), signing(stub)]);
    expect(kids).toEqual([kid]);
  });

  it("sets the alarm for the successor of the first signing key", async () => {
    const stub = someKeys();
    await signing(stub);
    expect(await alarmOf(stub)).toBe(T0 + SIGNING_PERIOD - OVERLAP);
  });
});

it("keeps the signing key when the object is evicted", async () => {
  const stub = someKeys();
  const before = await signing(stub);
  await evictDurableObject(stub);
  expect(await signing(stub)).toBe(before);
});

it("publishes no private part of a signing key", async () => {
  const stub = someKeys();
  using answer = await stub.published();
  const [key] = answer.keys;
  expect(Object.keys(key ?? {}).sort()).toEqual(["alg", "crv", "kid", "kty", "use", "x", "y"]);
});

describe("rotation", () => {
  it("rotates signing keys by its alarms", async () => {
    const stub = someKeys();
    const first = await signing(stub);

    setClock(T0 + SIGNING_PERIOD - OVERLAP);
    expect(await runDurableObjectAlarm(stub)).toBe(true);
    const [, second = "none"] = await published(stub);
    expect(await published(stub)).toEqual([first, second]);
    expect(await signing(stub)).toBe(first);
    expect(await alarmOf(stub)).toBe(T0 + SIGNING_PERIOD);

    setClock(T0 + SIGNING_PERIOD);
    expect(await runDurableObjectAlarm(stub)).toBe(true);
    expect(await signing(stub)).toBe(second);
    expect(await published(stub)).toEqual([first, second]);
    expect(await alarmOf(stub)).toBe(T0 + SIGNING_PERIOD + RETENTION);

    setClock(T0 + SIGNING_PERIOD + RETENTION);
    expect(await runDurableObjectAlarm(stub)).toBe(true);
    expect(await published(stub)).toEqual([second]);
    expect(await rowsOf(stub)).toBe(1);
    expect(await alarmOf(stub)).toBe(T0 + 2 * SIGNING_PERIOD - OVERLAP);
  });

  it("changes nothing at a repeated alarm of the signing keys", async () => {
    const stub = someKeys();
    await signing(stub);
    setClock(T0 + SIGNING_PERIOD - OVERLAP);
    await runInDurableObject<SigningKeys, unknown>(stub, (keys) =>
      Promise.all([keys.alarm(), keys.alarm()]),
    );
    const once = await published(stub);
    expect(once).toHaveLength(2);
    await runInDurableObject<SigningKeys, unknown>(stub, (keys) => keys.alarm());
    expect(await published(stub)).toEqual(once);
  });

  it("sets the alarm of the signing keys again after an early alarm", async () => {
    const stub = someKeys();
    const only = await signing(stub);
    expect(await runDurableObjectAlarm(stub)).toBe(true);
    expect(await published(stub)).toEqual([only]);
    expect(await alarmOf(stub)).toBe(T0 + SIGNING_PERIOD - OVERLAP);
  });

  it("signs with the old key until a late successor was published for a day", async () => {
    const stub = someKeys();
    const first = await signing(stub);
    await evictDurableObject(stub);
    const back = T0 + 200 * 86_400_000;

    setClock(back);
    expect(await signing(stub)).toBe(first);
    const [, second = "none"] = await published(stub);

    setClock(back + OVERLAP - 1);
    expect(await signing(stub)).toBe(first);
    setClock(back + OVERLAP);
    expect(await signing(stub)).toBe(second);
  });

  it("creates one successor for twenty simultaneous calls", async () => {
    const stub = someKeys();
    await signing(stub);
    setClock(T0 + SIGNING_PERIOD - OVERLAP);
    await runInDurableObject<SigningKeys, unknown>(stub, (keys) =>
      Promise.all(Array.from({ length: 20 }, () => keys.published())),
    );
    expect(await rowsOf(stub)).toBe(2);
  });

  it("returns until when the signing key is valid", async () => {
    const stub = someKeys();
    using key = await stub.signingKey();
    using keys = await stub.published();
    expect([key.until, keys.until]).toEqual(Array(2).fill(T0 + SIGNING_PERIOD - OVERLAP));
  });
});
