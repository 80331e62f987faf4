import { base64url, exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type JWK } from "jose";
import { afterEach, describe, expect, it, vi } from "vitest";
import { authenticateClient } from "./authenticate-client.ts";
import { ISSUER, madeUp, withClients } from "../../support/api.ts";
import { TestIssuer } from "../../support/issuer.ts";
import { restoreClock, setClock } from "../../support/time.ts";

afterEach(restoreClock);

/** Audiences that prove less than the issuer alone (CVE-2025-27370). */
const OTHER_AUDIENCES = [
  [ISSUER],
  `${ISSUER}/token`,
  [`${ISSUER}/token`],
  [ISSUER, `${ISSUER}/token`],
  `${ISSUER}/par`,
  `${ISSUER}/device_authorization`,
  `${ISSUER}/introspect`,
  `${ISSUER}/revoke`,
].map((aud) => ({ aud }));

const TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const seconds = () => Math.floor(Date.now() / 1000);

/** A client with a key in the configuration. */
async function clientWithKey(alg = "ES256", settings: object = {}) {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const jwk: JWK = { ...(await exportJWK(publicKey)), kid: "first", alg };
  const client_id = crypto.randomUUID();
  const worker = withClients(
    { client_id, jwks: { keys: [jwk] }, ...settings },
    { client_id: "other", jwks: { keys: [jwk] } },
    { client_id: "secretive", client_secret_sha256: "0".repeat(64) },
    { client_id: "app" },
  );

  const claims = (change: object = {}) => ({
    iss: client_id,
    sub: client_id,
    aud: ISSUER,
    iat: seconds(),
    exp: seconds() + 60,
    jti: madeUp(),
    ...change,
  });
  const sign = (change: object = {}, header: object = {}) =>
    new SignJWT(claims(change))
      .setProtectedHeader({ alg, kid: "first", ...header })
      .sign(privateKey);

  /** The authenticated client, or the error code. */
  async function clientOf(client_assertion: string, change: object = {}): Promise<string> {
    const form = { client_assertion_type: TYPE, client_assertion, ...change };
    const client = await authenticateClient(worker, undefined, new Map(Object.entries(form)));
    return client.ok ? client.value.client_id : client.error.code;
  }

  return { client_id, worker, jwk, claims, sign, clientOf };
}

describe("an assertion signed with a key that the client registered", () => {
  it.each(["ES256", "ES384", "RS256", "PS256", "EdDSA"])(
    "accepts a client assertion signed with %s",
    async (alg) => {
      const { client_id, sign, clientOf } = await clientWithKey(alg);
      expect(await clientOf(await sign())).toBe(client_id);
    },
  );

  it("oidcc-ensure-client-assertion-with-iss-aud-succeeds: accepts a client assertion whose audience is the issuer alone", async () => {
    const { client_id, sign, clientOf } = await clientWithKey();
    expect(await clientOf(await sign({ aud: ISSUER }))).toBe(client_id);
  });

  it.each(OTHER_AUDIENCES)(
    "accepts a client assertion for $aud from a client with assertion_audience endpoints [RFC9126-2/3]",
    async ({ aud }) => {
      const settings = { assertion_audience: "endpoints" };
      const { client_id, sign, clientOf } = await clientWithKey("ES256", settings);
      expect(await clientOf(await sign({ aud }))).toBe(client_id);
      expect(await clientOf(await sign({ aud: ISSUER }))).toBe(client_id);
    },
  );

  it.each([
    ["the client's name beside it", {}, {}],
    ["a type of its own", {}, { typ: "client-authentication+jwt" }],
    ["the type JWT", {}, { typ: "JWT" }],
    ["no iat", { iat: undefined }, {}],
    ["a clock that is a little ahead", { iat: seconds() + 20, exp: seconds() + 80 }, {}],
    ["ten minutes to live", { exp: seconds() + 600 }, {}],
  ])("accepts a client assertion with %s", async (_, claims, header) => {
    const { client_id, sign, clientOf } = await clientWithKey();
    expect(await clientOf(await sign(claims, header), { client_id })).toBe(client_id);
  });

  it("accepts a client assertion once [OIDC-CORE-9/4]", async () => {
    const { client_id, sign, clientOf } = await clientWithKey();
    const assertion = await sign();
    expect(await clientOf(assertion)).toBe(client_id);
    expect(await clientOf(assertion)).toBe("invalid_client");
    expect(await clientOf(await sign())).toBe(client_id);
  });

  it("accepts one of ten simultaneous requests with the same client assertion", async () => {
    const { client_id, sign, clientOf } = await clientWithKey();
    const assertion = await sign();
    const all = await Promise.all(Array.from({ length: 10 }, () => clientOf(assertion)));
    expect(all.filter((one) => one === client_id)).toHaveLength(1);
  });
});

describe("an invalid client assertion", () => {
  it.each<[string, () => object]>([
    ["that has expired", () => ({ iat: seconds() - 100, exp: seconds() - 31 })],
    ["that never expires [OIDC-CORE-9/2]", () => ({ exp: undefined })],
    ["that expires in an hour", () => ({ exp: seconds() + 3600 })],
    ["whose expiry is a text", () => ({ exp: String(seconds() + 60) })],
    ["from the future", () => ({ iat: seconds() + 100, exp: seconds() + 160 })],
    ["that isn't valid yet", () => ({ nbf: seconds() + 100 })],
    ["that was made long ago, to live long", () => ({ iat: seconds() - 3600 })],
    ["without an id [OIDC-CORE-9]", () => ({ jti: undefined })],
    ["with an empty id", () => ({ jti: "" })],
    ["with an id too long", () => ({ jti: "x".repeat(201) })],
    ["with an id that is no text", () => ({ jti: 7 })],
    ["of another issuer", () => ({ iss: "other" })],
    ["of no issuer", () => ({ iss: undefined })],
    ["of another client by the same key's owner", () => ({ sub: "other" })],
    ["of a client that isn't registered", () => ({ iss: "nobody", sub: "nobody" })],
    ["of a client that has a secret", () => ({ iss: "secretive", sub: "secretive" })],
    ["of a client that has nothing", () => ({ iss: "app", sub: "app" })],
    ["of nobody", () => ({ sub: undefined })],
    ["whose subject is no text", () => ({ sub: ["other"] })],
    ["for nobody", () => ({ aud: undefined })],
    ["for another server [OIDC-CORE-9/3]", () => ({ aud: "https://evil.example" })],
    ["for another server too", () => ({ aud: [ISSUER, "https://evil.example"] })],
    ["for an address of ours that isn't our name", () => ({ aud: `${ISSUER}/userinfo` })],
  ])("rejects a client assertion %s", async (_, change) => {
    const { sign, clientOf } = await clientWithKey();
    expect(await clientOf(await sign(change()))).toBe("invalid_client");
  });

  it.each(OTHER_AUDIENCES)(
    "rejects a client assertion for $aud by default [RFC7523BIS]",
    async ({ aud }) => {
      const { sign, clientOf } = await clientWithKey();
      expect(await clientOf(await sign({ aud }))).toBe("invalid_client");
    },
  );

  it.each([
    { aud: [] },
    { aud: [ISSUER, "https://evil.example"] },
    { aud: [`${ISSUER}/token`, "https://evil.example/token"] },
    { aud: `${ISSUER}/userinfo` },
    { aud: `${ISSUER}/` },
    { aud: "https://evil.example" },
  ])(
    "rejects a client assertion for $aud from a client with assertion_audience endpoints",
    async ({ aud }) => {
      const settings = { assertion_audience: "endpoints" };
      const { sign, clientOf } = await clientWithKey("ES256", settings);
      expect(await clientOf(await sign({ aud }))).toBe("invalid_client");
    },
  );

  it.each(["dpop+jwt", "at+jwt", "logout+jwt", "secevent+jwt", "application/dpop+jwt", 7])(
    "rejects a client assertion of the type %j",
    async (typ) => {
      const { sign, clientOf } = await clientWithKey();
      expect(await clientOf(await sign({}, { typ }))).toBe("invalid_client");
    },
  );

  it("rejects a client assertion signed with another key", async () => {
    const { client_id, clientOf } = await clientWithKey();
    const other = await clientWithKey();
    const forged = await other.sign({ iss: client_id, sub: client_id });
    expect(await clientOf(forged)).toBe("invalid_client");
  });

  it("rejects a client assertion that brings its own key [ASVS-10.4.16]", async () => {
    const { client_id, clientOf } = await clientWithKey();
    const other = await clientWithKey();
    const header = { jwk: other.jwk, kid: undefined };
    const forged = await other.sign({ iss: client_id, sub: client_id }, header);
    expect(await clientOf(forged)).toBe("invalid_client");
  });

  it("rejects a client assertion with alg none", async () => {
    const { claims, clientOf } = await clientWithKey();
    expect(await clientOf(new UnsecuredJWT(claims()).encode())).toBe("invalid_client");
  });

  it("rejects a client assertion signed with HS256 and the public key", async () => {
    const { claims, jwk, clientOf } = await clientWithKey("RS256");
    for (const secret of [JSON.stringify(jwk), jwk.n ?? ""]) {
      const forged = await new SignJWT(claims())
        .setProtectedHeader({ alg: "HS256", kid: "first" })
        .sign(new TextEncoder().encode(secret));
      expect(await clientOf(forged)).toBe("invalid_client");
    }
  });

  it("rejects a client assertion whose claims were changed", async () => {
    const { sign, clientOf } = await clientWithKey();
    const [header, , signature] = (await sign()).split(".");
    const [, claims] = (await sign({ exp: seconds() + 500 })).split(".");
    expect(await clientOf(`${header}.${claims}.${signature}`)).toBe("invalid_client");
  });

  it.each(["x", "a.b.c", `${base64url.encode("{}")}.${base64url.encode("[]")}.`, "x".repeat(5000)])(
    "rejects a malformed client assertion (%#)",
    async (assertion) => {
      const { clientOf } = await clientWithKey();
      expect(await clientOf(assertion)).toBe("invalid_client");
    },
  );

  it("rejects a client assertion a minute after its expiry", async () => {
    const { sign, clientOf } = await clientWithKey();
    const assertion = await sign();
    setClock(Date.now() + 91_000);
    expect(await clientOf(assertion)).toBe("invalid_client");
  });
});

describe("a client with keys", () => {
  it("rejects a client with registered keys that sends no assertion", async () => {
    const { client_id, worker } = await clientWithKey();
    for (const form of [{ client_id }, { client_id, client_secret: "x" }]) {
      const client = await authenticateClient(worker, undefined, new Map(Object.entries(form)));
      expect(client).toMatchObject({ ok: false, error: { code: "invalid_client" } });
    }
  });

  it.each<[string, object, string]>([
    ["as another client", { client_id: "other" }, "invalid_request"],
    ["with a secret too", { client_secret: "x" }, "invalid_request"],
    ["by a type that isn't known", { client_assertion_type: `${TYPE}x` }, "invalid_request"],
  ])("rejects a client with registered keys that authenticates %s", async (_, change, error) => {
    const { sign, clientOf } = await clientWithKey();
    expect(await clientOf(await sign(), change)).toBe(error);
  });

  it("rejects a client assertion beside an Authorization header", async () => {
    const { sign, worker, client_id } = await clientWithKey();
    const form = { client_assertion_type: TYPE, client_assertion: await sign() };
    const basic = `Basic ${btoa(`${client_id}:x`)}`;
    const client = await authenticateClient(worker, basic, new Map(Object.entries(form)));
    expect(client).toMatchObject({ ok: false, error: { code: "invalid_request" } });
  });

  it("rejects a client assertion without its type", async () => {
    const { sign, worker } = await clientWithKey();
    for (const form of [{ client_assertion: await sign() }, { client_assertion_type: TYPE }]) {
      const client = await authenticateClient(worker, undefined, new Map(Object.entries(form)));
      expect(client).toMatchObject({ ok: false, error: { code: "invalid_request" } });
    }
  });
});

describe("keys at an address", () => {
  /** A client whose jwks_uri is served by the issuer of the tests. */
  async function clientElsewhere() {
    const site = await TestIssuer.start();
    const client_id = crypto.randomUUID();
    const worker = withClients({ client_id, jwks_uri: site.trusted.jwks_uri });
    const assertion = () =>
      site.token({ iss: client_id, sub: client_id, aud: ISSUER, jti: madeUp() }, { typ: "JWT" });
    const clientOf = async () => {
      const form = { client_assertion_type: TYPE, client_assertion: await assertion() };
      const client = await authenticateClient(worker, undefined, new Map(Object.entries(form)));
      return client.ok ? client.value.client_id : client.error.code;
    };
    return { site, client_id, clientOf };
  }

  it("accepts a client assertion verified with keys from jwks_uri", async () => {
    const { client_id, clientOf } = await clientElsewhere();
    expect(await clientOf()).toBe(client_id);
  });

  it("oidcc-refresh-token-rp-key-rotation: accepts a key that the client has added since, after a pause", async () => {
    const start = Date.now();
    setClock(start);
    const { site, client_id, clientOf } = await clientElsewhere();
    expect(await clientOf()).toBe(client_id);
    await site.newKey("second");
    await site.publish();
    setClock(start + 60_000);
    expect(await clientOf()).toBe(client_id);
  });

  it("answers temporarily_unavailable while the keys of a client are unavailable", async () => {
    vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const { site, clientOf } = await clientElsewhere();
    await site.serve({ hangsUp: true });
    expect(await clientOf()).toBe("temporarily_unavailable");
  });
});
