import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  HINT_RETENTION,
  OVERLAP,
  RETENTION,
  SIGNING_PERIOD,
} from "../../../src/oidc/keys/key-rotation.ts";
import {
  SIGNING_ALGORITHMS,
  type SigningAlgorithm,
} from "../../../src/lib/signature-algorithms.ts";
import { decodeTrustedBase64url } from "../../../src/lib/base64url.ts";
import type { SigningKeys } from "../../../src/oidc/keys/signing-keys.ts";
import { restoreClock, setClock } from "../../support/time.ts";

type Stub = DurableObjectStub<SigningKeys>;

const T0 = Date.UTC(2027, 0, 1);

let objects = 0;
const someKeys = (): Stub =>
  env.SIGNING_KEYS.get(env.SIGNING_KEYS.idFromName(`keys of test ${++objects}`));

async function signing(stub: Stub, algorithm?: SigningAlgorithm): Promise<string> {
  using answer = await stub.signingKey(algorithm);
  return answer.key.kid;
}

async function published(stub: Stub): Promise<string[]> {
  using answer = await stub.published();
  return answer.keys.map((key) => key.kid);
}

async function unpublished(stub: Stub): Promise<string[]> {
  using answer = await stub.unpublished();
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

it.each([
  ["RS256", "alg e kid kty n use"],
  ["ES256", "alg crv kid kty use x y"],
  ["EdDSA", "alg crv kid kty use x"],
] as const)("publishes no private part of a signing key of %s", async (algorithm, members) => {
  const stub = someKeys();
  using answer = await stub.published([algorithm]);
  const key = answer.keys.find(({ alg }) => alg === algorithm);
  expect(Object.keys(key ?? {}).sort()).toEqual(members.split(" "));
});

describe("algorithms", () => {
  it("creates a key of an algorithm when it is first used", async () => {
    const stub = someKeys();
    expect(await published(stub)).toHaveLength(1);
    using all = await stub.published(SIGNING_ALGORITHMS);
    expect(all.keys.map(({ alg }) => alg)).toEqual(SIGNING_ALGORITHMS);
    expect(await rowsOf(stub)).toBe(3);
    // From then on it is published for every caller.
    expect(await published(stub)).toHaveLength(3);
  });

  it("creates one signing key of an algorithm for twenty simultaneous calls", async () => {
    const stub = someKeys();
    const kids = await runInDurableObject<SigningKeys, string[]>(stub, async (keys) => {
      const answers = await Promise.all(Array.from({ length: 20 }, () => keys.signingKey("EdDSA")));
      return answers.map(({ key }) => key.kid);
    });
    expect(new Set(kids).size).toBe(1);
    expect(await rowsOf(stub)).toBe(2);
  });

  it("signs RS256 with an RSA key of 2,048 bits", async () => {
    const stub = someKeys();
    using answer = await stub.signingKey("RS256");
    const { key } = answer;
    if (key.kty !== "RSA") throw new Error("not an RSA key");
    expect(decodeTrustedBase64url(key.n)).toHaveLength(256);
  });

  it("rotates the keys of each algorithm by the same plan", async () => {
    const stub = someKeys();
    const before = await allOf(stub);
    setClock(T0 + SIGNING_PERIOD - OVERLAP);
    await runDurableObjectAlarm(stub);
    expect(await allOf(stub)).toEqual(before);
    expect(await published(stub)).toHaveLength(6);
    setClock(T0 + SIGNING_PERIOD);
    await runDurableObjectAlarm(stub);
    const after = await allOf(stub);
    for (const [i, kid] of after.entries()) expect(kid).not.toBe(before[i]);
    setClock(T0 + SIGNING_PERIOD + RETENTION);
    await runDurableObjectAlarm(stub);
    expect(await published(stub)).toEqual(after);
    expect(await unpublished(stub)).toEqual(before);
  });

  async function allOf(stub: Stub): Promise<string[]> {
    return await Promise.all(SIGNING_ALGORITHMS.map((algorithm) => signing(stub, algorithm)));
  }
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
    expect(await unpublished(stub)).toEqual([first]);
    expect(await alarmOf(stub)).toBe(T0 + 2 * SIGNING_PERIOD - OVERLAP);
  });

  it("stores no private part of a key that has stopped signing", async () => {
    const stub = someKeys();
    const kids = [await signing(stub)];
    setClock(T0 + SIGNING_PERIOD - OVERLAP);
    await runDurableObjectAlarm(stub);
    setClock(T0 + SIGNING_PERIOD);
    await runDurableObjectAlarm(stub);
    kids.push(await signing(stub));
    const rows = await runInDurableObject(stub, (_, { storage }) =>
      kids.map((kid) => storage.kv.get<{ jwk: object }>(kid)?.jwk ?? {}),
    );
    const members = rows.map((jwk) => Object.keys(jwk).sort().join(" "));
    expect(members).toEqual(["alg crv kid kty use x y", "alg crv d kid kty use x y"]);
  });

  it("deletes a key when no login of an ID token that it signed can live", async () => {
    const stub = someKeys();
    const first = await signing(stub);
    setClock(T0 + SIGNING_PERIOD - OVERLAP);
    await runDurableObjectAlarm(stub);
    setClock(T0 + SIGNING_PERIOD + HINT_RETENTION - 1);
    expect(await unpublished(stub)).toContain(first);
    setClock(T0 + SIGNING_PERIOD + HINT_RETENTION);
    await runDurableObjectAlarm(stub);
    expect(await unpublished(stub)).not.toContain(first);
    expect(await runInDurableObject(stub, (_, { storage }) => storage.kv.get(first))).toBe(
      undefined,
    );
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
