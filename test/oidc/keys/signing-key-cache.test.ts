import { reset, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, it } from "vitest";
import { OVERLAP, SIGNING_PERIOD } from "../../../src/oidc/keys/key-rotation.ts";
import { publishedKeys, signingKey } from "../../../src/oidc/keys/signing-key-cache.ts";
import { signingKeysOf } from "../../../src/oidc/keys/signing-keys.ts";
import { restoreClock, setClock } from "../../support/time.ts";

const T0 = Date.UTC(2027, 0, 1);
const MINUTE = 60_000;

/** The cache belongs to an environment object: a new one simulates a new isolate. */
const anIsolate = (): Env => ({ ...env });

beforeEach(() => setClock(T0));

afterEach(async () => {
  restoreClock();
  await reset();
});

it("signs with the same key in two isolates", async () => {
  const [one, other] = await Promise.all([signingKey(anIsolate()), signingKey(anIsolate())]);
  expect(one.kid).toBe(other.kid);
});

it("caches private keys that are not extractable", async () => {
  const { key } = await signingKey(anIsolate());
  expect([key.type, key.extractable, key.usages]).toEqual(["private", false, ["sign"]]);
});

it("uses a cached key for five minutes", async () => {
  const isolate = anIsolate();
  const before = await signingKey(isolate);
  // An unplanned key, which only an uncached call can see.
  await runInDurableObject(signingKeysOf(env), async (_, state) => state.storage.deleteAll());

  setClock(T0 + 5 * MINUTE - 1);
  expect((await signingKey(isolate)).kid).toBe(before.kid);
  setClock(T0 + 5 * MINUTE);
  expect((await signingKey(isolate)).kid).not.toBe(before.kid);
});

it("uses a cached key no longer than until the planned rotation", async () => {
  const isolate = anIsolate();
  const { kid: first } = await signingKey(isolate);
  setClock(T0 + SIGNING_PERIOD - OVERLAP);
  const successor = [...(await publishedKeys(isolate)).byKid.keys()].find((kid) => kid !== first);

  setClock(T0 + SIGNING_PERIOD - MINUTE);
  expect((await signingKey(isolate)).kid).toBe(first);
  setClock(T0 + SIGNING_PERIOD - 1);
  expect((await signingKey(isolate)).kid).toBe(first);
  setClock(T0 + SIGNING_PERIOD);
  expect((await signingKey(isolate)).kid).toBe(successor);
});
