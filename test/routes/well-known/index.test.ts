import { env } from "cloudflare:workers";
import { calculateJwkThumbprint, type JSONWebKeySet } from "jose";
import { describe, expect, it } from "vitest";
import { app } from "../../../src/app.ts";
import { OVERLAP } from "../../../src/oidc/keys/key-rotation.ts";
import { signingKey } from "../../../src/oidc/keys/signing-key-cache.ts";
import { api, problemOf, withClients } from "../../support/api.ts";

describe("/.well-known/jwks.json", () => {
  it("publishes the public keys without private parts [OIDC-CORE-10.1]", async () => {
    const answer = await api("/.well-known/jwks.json");
    expect(answer.status).toBe(200);
    expect(answer.headers.get("Content-Type")).toBe("application/json");
    const { keys } = await answer.json<JSONWebKeySet>();
    const { kid } = await signingKey(env);
    expect(keys).toEqual([
      {
        kty: "EC",
        crv: "P-256",
        alg: "ES256",
        use: "sig",
        kid,
        x: expect.stringMatching(/^[\w-]{43}$/),
        y: expect.stringMatching(/^[\w-]{43}$/),
      },
    ]);
    const [key = {}] = keys;
    expect(await calculateJwkThumbprint({ ...key, kty: "EC" })).toBe(kid);
  });

  it.each([
    [undefined, "application/json"],
    ["*/*", "application/json"],
    ["application/json", "application/json"],
    ["application/json, application/jwk-set+json", "application/json"],
    ["application/jwk-set+json;q=0.5, application/json", "application/json"],
    ["application/jwk-set+json;q=0", "application/json"],
    ["application/jwk-set+json;q=x", "application/json"],
    ["text/html", "application/json"],
    ["application/jwk-set+json", "application/jwk-set+json"],
    ["Application/JWK-Set+JSON; q=0.9, application/json;q=0.8", "application/jwk-set+json"],
    ["application/jwk-set+json, */*;q=0.1", "application/jwk-set+json"],
  ])("answers Accept %j with the key set as %s", async (accept, type) => {
    const headers: Record<string, string> = accept === undefined ? {} : { Accept: accept };
    const answer = await api("/.well-known/jwks.json", { headers });
    expect(answer.headers.get("Content-Type")).toBe(type);
    expect(answer.headers.get("Vary")).toBe("Accept");
    expect(await answer.json<JSONWebKeySet>()).toHaveProperty("keys");
    const etag = answer.headers.get("ETag") ?? "";
    const same = await api("/.well-known/jwks.json", {
      headers: { ...headers, "If-None-Match": etag },
    });
    expect([same.status, same.headers.get("Vary")]).toEqual([304, "Accept"]);
  });

  it("publishes a key of each algorithm that a configured client uses", async () => {
    const worker = withClients(
      { client_id: "usual" },
      { client_id: "modern", id_token_signed_response_alg: "EdDSA" },
    );
    const answer = await app.request("/.well-known/jwks.json", {}, worker);
    const { keys } = await answer.json<JSONWebKeySet>();
    expect(keys.map(({ kty, alg, use }) => [kty, alg, use])).toEqual([
      ["RSA", "RS256", "sig"],
      ["EC", "ES256", "sig"],
      ["OKP", "EdDSA", "sig"],
    ]);
    for (const key of keys) {
      for (const member of ["d", "p", "q", "dp", "dq", "qi", "k"]) {
        expect(key).not.toHaveProperty(member);
      }
    }
  });

  it("lets the key set be cached for less time than a key is published before it signs", async () => {
    const answer = await api("/.well-known/jwks.json");
    await answer.body?.cancel();
    const [, seconds] =
      /^public, max-age=(\d+)$/.exec(answer.headers.get("Cache-Control") ?? "") ?? [];
    expect(Number(seconds)).toBeGreaterThan(0);
    expect(Number(seconds) * 1000).toBeLessThan(OVERLAP / 10);
  });

  it("lets pages of any origin read the key set", async () => {
    const answer = await api("/.well-known/jwks.json", {
      headers: { Origin: "https://any.example" },
    });
    await answer.body?.cancel();
    expect(answer.headers.get("Access-Control-Allow-Origin")).toBe("*");
    expect(answer.headers.has("Access-Control-Allow-Credentials")).toBe(false);
  });

  it("answers 304 for an unchanged key set", async () => {
    const first = await api("/.well-known/jwks.json");
    await first.body?.cancel();
    const etag = first.headers.get("ETag") ?? "";
    const again = await api("/.well-known/jwks.json", { headers: { "If-None-Match": etag } });
    expect([again.status, await again.text()]).toEqual([304, ""]);
    expect(again.headers.get("ETag")).toBe(etag);
    expect(again.headers.get("Cache-Control")).toBe(first.headers.get("Cache-Control"));
    expect(again.headers.get("Access-Control-Allow-Origin")).toBe("*");

    const other = await api("/.well-known/jwks.json", { headers: { "If-None-Match": '"other"' } });
    expect(other.status).toBe(200);
    await other.body?.cancel();
  });

  it("answers other methods than GET with 405 for the key set", async () => {
    const answer = await api("/.well-known/jwks.json", { method: "POST" });
    expect(answer.headers.get("Allow")).toBe("GET");
    expect(await problemOf(answer)).toEqual([405, "method_not_allowed"]);
  });
});

describe("installed apps", () => {
  const IOS = ["ABCDE12345.com.example.app"];
  const ANDROID = [
    { package_name: "com.example.app", sha256_cert_fingerprints: [Array(32).fill("AB").join(":")] },
  ];

  const wellKnown = (name: string, settings: object) =>
    app.request(`/.well-known/${name}`, {}, { ...env, ...settings });

  it("lists the iOS apps that open scanned links", async () => {
    const answer = await wellKnown("apple-app-site-association", { APPS: { ios: IOS } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("Content-Type")).toMatch(/^application\/json/);
    expect(answer.headers.get("Cache-Control")).toBe("public, max-age=3600");
    expect(await answer.json()).toEqual({
      applinks: { details: [{ appIDs: IOS, components: [{ "/": "/q/*" }] }] },
    });
  });

  it("lists the Android apps that open scanned links", async () => {
    const answer = await wellKnown("assetlinks.json", { APPS: { android: ANDROID } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("Content-Type")).toMatch(/^application\/json/);
    expect(await answer.json()).toEqual([
      {
        relation: ["delegate_permission/common.handle_all_urls"],
        target: { namespace: "android_app", ...ANDROID[0] },
      },
    ]);
  });

  it("shares no passkeys with apps, since an assertion of an app is not accepted here", async () => {
    const settings = { APPS: { ios: IOS, android: ANDROID } };
    const apple = await wellKnown("apple-app-site-association", settings);
    expect(await apple.json()).not.toHaveProperty("webcredentials");
    const google = await wellKnown("assetlinks.json", settings);
    expect(await google.text()).not.toContain("get_login_creds");
  });

  it.each(["apple-app-site-association", "assetlinks.json"])(
    "answers 404 for %s if no app is configured",
    async (name) => {
      expect(await problemOf(await api(`/.well-known/${name}`))).toEqual([404, "not_found"]);
      // An app of the other platform is configured.
      const other = name.startsWith("apple") ? { android: ANDROID } : { ios: IOS };
      expect(await problemOf(await wellKnown(name, { APPS: other }))).toEqual([404, "not_found"]);
    },
  );
});
