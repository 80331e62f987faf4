import { reset, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { OVERLAP, SIGNING_PERIOD } from "../../../src/oidc/keys/key-rotation.ts";
import { publishedKeys, signingKey } from "../../../src/oidc/keys/signing-key-cache.ts";
import { signingKeysOf } from "../../../src/oidc/keys/signing-keys.ts";
import type { SigningAlgorithm } from "../../../src/lib/signature-algorithms.ts";
import { withClients } from "../../support/api.ts";
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

/** An isolate whose clients use one algorithm each. */
const isolateOf = (...algorithms: SigningAlgorithm[]): Env =>
  withClients(
    ...algorithms.map((algorithm) => ({
      client_id: algorithm,
      id_token_signed_response_alg: algorithm,
    })),
  );

it.each<[string, Env, string[]]>([
  ["this server itself uses", isolateOf("ES256"), ["ES256"]],
  ["a client's ID tokens use", isolateOf("EdDSA"), ["ES256", "EdDSA"]],
  ["clients use by default", withClients({ client_id: "shop" }), ["RS256", "ES256"]],
  [
    "a client's access tokens use",
    withClients({
      client_id: "api",
      id_token_signed_response_alg: "ES256",
      access_token_signed_response_alg: "EdDSA",
    }),
    ["ES256", "EdDSA"],
  ],
])("publishes a key of each algorithm that %s before its first token", async (_, isolate, algs) => {
  const { jwks } = await publishedKeys(isolate);
  expect(jwks.map(({ alg }) => alg)).toEqual(algs);
  for (const { alg, kid } of jwks) expect((await signingKey(isolate, alg)).kid).toBe(kid);
});

describe("while the object runs the version before", () => {
  /** An object that knows one algorithm only. */
  const updating = (isolate: Env, isUpdated: () => boolean): Env => {
    const stub = () => {
      const current = signingKeysOf(env);
      return isUpdated()
        ? current
        : { signingKey: () => current.signingKey(), published: () => current.published() };
    };
    const SIGNING_KEYS = { idFromName: (name: string) => name, get: stub };
    return Object.assign({}, isolate, { SIGNING_KEYS });
  };

  it("signs with no key of another algorithm", async () => {
    await expect(
      signingKey(
        updating(isolateOf("RS256"), () => false),
        "RS256",
      ),
    ).rejects.toThrow("no key for RS256");
  });

  it("caches no key set that lacks an algorithm of its clients", async () => {
    let isUpdated = false;
    const isolate = updating(isolateOf("EdDSA"), () => isUpdated);
    expect((await publishedKeys(isolate)).jwks).toHaveLength(1);
    isUpdated = true;
    expect((await publishedKeys(isolate)).jwks).toHaveLength(2);
  });
});
