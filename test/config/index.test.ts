import { describe, expect, it } from "vitest";
import { ConfigurationError, parseConfig } from "../../src/config/index.ts";

const GOOD = {
  ISSUER: "https://login.example.com",
  CLIENTS: [
    {
      client_id: "shop",
      name: "The Shop",
      redirect_uris: ["https://shop.example.com/callback", "com.example.app:/callback"],
      allowed_origins: ["https://shop.example.com"],
    },
  ],
};

function mistakeIn(change: object): string {
  try {
    parseConfig({ ...GOOD, ...change });
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
  return "no mistake";
}

describe("configuration", () => {
  it("has defaults for all settings except ISSUER and CLIENTS", () => {
    expect(parseConfig(GOOD)).toMatchObject({
      issuer: "https://login.example.com",
      sessionTtl: 120_000,
      deviceTtl: 600_000,
      codeTtl: 60_000,
      accessTokenTtl: 600_000,
      refreshRetry: 30_000,
      deviceIdleTtl: 30 * 86_400_000,
      unconfirmedTtl: 86_400_000,
      historyTtl: 90 * 86_400_000,
      maxDevices: 50,
      passkeys: true,
      apps: { ios: [], android: [] },
      pushServices: expect.arrayContaining(["fcm.googleapis.com", "web.push.apple.com"]),
      eventDetail: "country",
    });
  });

  it("signs a client's ID tokens with RS256 and its access tokens with ES256 by default [OIDC-CORE-15.1/4]", () => {
    expect(parseConfig(GOOD).clients.get("shop")).toMatchObject({
      id_token_signed_response_alg: "RS256",
      access_token_signed_response_alg: "ES256",
    });
  });

  it.each(["RS256", "ES256", "EdDSA"])(
    "accepts %s as the algorithm of a client's tokens",
    (alg) => {
      const settings = { id_token_signed_response_alg: alg, access_token_signed_response_alg: alg };
      const CLIENTS = [{ ...GOOD.CLIENTS[0], ...settings }];
      expect(parseConfig({ ...GOOD, CLIENTS }).clients.get("shop")).toMatchObject(settings);
    },
  );

  it("adds the client for new phones only if passkeys are on", () => {
    expect(parseConfig(GOOD).clients.get("phone")).toMatchObject({ device_grant: false });
    expect(parseConfig({ ...GOOD, PASSKEYS: "off" }).clients.has("phone")).toBe(false);
  });

  it("adds the client of /compare only if COMPARE is on", () => {
    expect(parseConfig(GOOD).clients.has("compare")).toBe(false);
    expect(parseConfig({ ...GOOD, COMPARE: "on" }).clients.get("compare")).toMatchObject({
      device_grant: false,
      callback_uri: "https://login.example.com/compare/callback",
      policy: {},
    });
  });

  it("gives single sign-on to no client that does not ask for it, and limits its time", () => {
    const { clients, ssoTtl, ssoIdleTtl } = parseConfig(GOOD);
    expect([...clients.values()].map(({ sso }) => sso)).not.toContain(true);
    expect([ssoTtl, ssoIdleTtl]).toEqual([43_200_000, 3_600_000]);
    for (const name of ["SSO_TTL", "SSO_IDLE_TTL"]) {
      for (const seconds of [59, 2_592_001, 60.5]) {
        expect(() => parseConfig({ ...GOOD, [name]: seconds })).toThrow(name);
      }
    }
  });

  const shopWith = (change: object) => ({ CLIENTS: [{ ...GOOD.CLIENTS[0], ...change }] });
  const SECRET = { client_secret_sha256: "0".repeat(64) };
  const KEYS = { jwks_uri: "https://shop.example.com/jwks" };

  it("requires PKCE by default, and makes it optional only for a client with a secret or keys", () => {
    expect(parseConfig(GOOD).clients.get("shop")).toMatchObject({ pkce: "required" });
    expect(mistakeIn(shopWith({ pkce: "optional" }))).toBe(
      'CLIENTS[0] must have client_secret_sha256, jwks or jwks_uri if pkce is "optional"',
    );
    for (const credentials of [SECRET, KEYS]) {
      expect(mistakeIn(shopWith({ pkce: "optional", ...credentials }))).toBe("no mistake");
    }
    expect(mistakeIn(shopWith({ pkce: "off" }))).toBe(
      'CLIENTS[0].pkce must be "required" or "optional"',
    );
  });

  it("accepts as resources absolute URIs without a fragment (RFC 8707 §2)", () => {
    for (const uri of [
      "https://api.shop.example",
      "https://api.shop.example/v1?x",
      "urn:shop:api",
    ]) {
      expect(mistakeIn(shopWith({ resources: [uri] }))).toBe("no mistake");
    }
    for (const uri of [
      "",
      "/api",
      "api.shop.example",
      "https://api.shop.example#x",
      "urn:shop api",
    ]) {
      expect(mistakeIn(shopWith({ resources: [uri] }))).toBe(
        "CLIENTS[0].resources[0] must be an absolute URI without a fragment",
      );
    }
  });

  it("gives a client with the profile fapi2 DPoP and no device grant", () => {
    const { clients } = parseConfig({ ...GOOD, ...shopWith({ profile: "fapi2", ...KEYS }) });
    expect(clients.get("shop")).toMatchObject({
      id_token_signed_response_alg: "ES256",
      dpop_bound_access_tokens: true,
      device_grant: false,
      pkce: "required",
    });
    expect(parseConfig(GOOD).clients.get("shop")).toMatchObject({
      dpop_bound_access_tokens: false,
      device_grant: true,
    });
  });

  it.each<[string, object]>([
    ["must have jwks or jwks_uri", SECRET],
    ["must have jwks or jwks_uri", {}],
    ['must not have pkce = "optional"', { ...KEYS, pkce: "optional" }],
    [
      "must not have dpop_bound_access_tokens = false",
      { ...KEYS, dpop_bound_access_tokens: false },
    ],
    [
      'must not have id_token_signed_response_alg = "RS256"',
      { ...KEYS, id_token_signed_response_alg: "RS256" },
    ],
    [
      'must not have access_token_signed_response_alg = "RS256"',
      { ...KEYS, access_token_signed_response_alg: "RS256" },
    ],
    ["must not have device_grant = true", { ...KEYS, device_grant: true }],
    [
      'must not have assertion_audience = "endpoints"',
      { ...KEYS, assertion_audience: "endpoints" },
    ],
  ])("refuses a client with the profile fapi2: %s (%#)", (mistake, change) => {
    expect(mistakeIn(shopWith({ profile: "fapi2", ...change }))).toBe(
      `CLIENTS[0] ${mistake} if profile is "fapi2"`,
    );
  });

  it("accepts settings as JSON text", () => {
    const config = parseConfig({
      ...GOOD,
      CLIENTS: JSON.stringify(GOOD.CLIENTS),
      SESSION_TTL: "90",
      ISSUERS:
        '[{"issuer":"https://idp.example","audience":"us","jwks_uri":"https://idp.example/keys"}]',
    });
    expect(config.sessionTtl).toBe(90_000);
    expect(config.clients.get("shop")?.name).toBe("The Shop");
    expect(config.issuers.get("https://idp.example")).toMatchObject({
      subject_prefix: "",
      token_type: "at+jwt",
      max_lifetime: 86_400,
    });
  });

  it("ignores bindings and unknown names in the environment", () => {
    expect(mistakeIn({ ASSETS: {}, SOMETHING: "else" })).toBe("no mistake");
  });

  it("resolves a callback path against our own origin", () => {
    const toldAt = (callback_uri: string) =>
      parseConfig({ ...GOOD, CLIENTS: [{ ...GOOD.CLIENTS[0], callback_uri }] }).clients.get("shop")
        ?.callback_uri;
    expect(toldAt("/told?by=us")).toBe("https://login.example.com/told?by=us");
    expect(toldAt("https://shop.example.com/told")).toBe("https://shop.example.com/told");
  });

  const client = GOOD.CLIENTS[0];
  const issuer = {
    issuer: "https://a.example",
    audience: "us",
    jwks_uri: "https://a.example/keys",
  };
  it.each<[string, object, string]>([
    ...["id_token_signed_response_alg", "access_token_signed_response_alg"].flatMap((setting) =>
      ["none", "HS256", "PS256", "Ed25519", "rs256", "", 256].map(
        (algorithm): [string, object, string] => [
          `${algorithm} as ${setting}`,
          { CLIENTS: [{ ...client, [setting]: algorithm }] },
          `CLIENTS[0].${setting} must be "RS256", "ES256" or "EdDSA"`,
        ],
      ),
    ),
    ["no issuer of ours", { ISSUER: undefined }, "ISSUER"],
    ["http on the open internet [TLS]", { ISSUER: "http://login.example.com" }, "ISSUER"],
    ["a path [ASVS-3.5.4]", { ISSUER: "https://login.example.com/login" }, "ISSUER"],
    ["a trailing slash", { ISSUER: "https://login.example.com/" }, "ISSUER"],
    [
      "a session that outlives ASVS 6.5.5 [RFC10027-6.1.2]",
      { SESSION_TTL: 601 },
      "SESSION_TTL must be at most 600 seconds",
    ],
    ["an endless device code", { DEVICE_TTL: 1801 }, "DEVICE_TTL must be at most 1800 seconds"],
    ["a retry time without end", { REFRESH_RETRY: 61 }, "REFRESH_RETRY must be at most 60 seconds"],
    ["a retry time before now", { REFRESH_RETRY: -1 }, "REFRESH_RETRY must be at least 0 seconds"],
    [
      "a code that outlives RFC 9700 [RFC6749-4.1.2/2]",
      { CODE_TTL: 61 },
      "CODE_TTL must be at most 60 seconds",
    ],
    ["half a second", { SESSION_TTL: 30.5 }, "SESSION_TTL must be whole seconds"],
    ["a number that is none", { SESSION_TTL: "soon" }, "SESSION_TTL"],
    ["no clients", { CLIENTS: [] }, "CLIENTS must name at least one client"],
    ["JSON that isn't", { CLIENTS: "[{" }, "CLIENTS is not valid JSON"],
    [
      "an endless name",
      { CLIENTS: [{ ...client, name: "x".repeat(81) }] },
      "CLIENTS[0].name must be 1 to 80 characters long",
    ],
    ["one client twice", { CLIENTS: [client, client] }, "CLIENTS must not name a client_id twice"],
    [
      "a misspelt setting",
      { CLIENTS: [{ ...client, redirect_urls: [] }] },
      "CLIENTS[0].redirect_urls is not a known setting",
    ],
    ["a client without a name", { CLIENTS: [{ client_id: "shop" }] }, "CLIENTS[0].name is missing"],
    [
      "an http redirect [TLS/2]",
      { CLIENTS: [{ ...client, redirect_uris: ["http://shop.example.com/"] }] },
      "CLIENTS[0].redirect_uris[0]",
    ],
    [
      "a redirect with a fragment [RFC6749-3.1.2]",
      { CLIENTS: [{ ...client, redirect_uris: ["https://shop.example.com/#a"] }] },
      "CLIENTS[0].redirect_uris[0]",
    ],
    [
      "a redirect that is a script",
      { CLIENTS: [{ ...client, redirect_uris: ["javascript:alert(1)"] }] },
      "CLIENTS[0].redirect_uris[0]",
    ],
    [
      "a wildcard origin",
      { CLIENTS: [{ ...client, allowed_origins: ["*"] }] },
      "CLIENTS[0].allowed_origins[0]",
    ],
    [
      "an origin with a path",
      { CLIENTS: [{ ...client, allowed_origins: ["https://shop.example.com/"] }] },
      "CLIENTS[0].allowed_origins[0]",
    ],
    ...[
      "null",
      "file://",
      "file://localhost",
      "data:text/html,x",
      "capacitor://localhost/",
      "tauri://localhost/index.html",
      "capacitor:",
      "app://",
      "chrome-extension://*",
      "ws://localhost",
      "http://shop.localhost",
      "http://shop.example.com",
      "HTTPS://SHOP.EXAMPLE.COM",
    ].map((origin): [string, object, string] => [
      `the origin ${origin}`,
      { CLIENTS: [{ ...client, allowed_origins: [origin] }] },
      "CLIENTS[0].allowed_origins[0]",
    ]),
    [
      "a secret in place of its hash",
      { CLIENTS: [{ ...client, client_secret_sha256: "hunter2" }] },
      "CLIENTS[0].client_secret_sha256",
    ],
    ...[
      "//evil.example/told",
      "/\\evil.example",
      "/a/../b",
      "/told#here",
      "told",
      "ftp://a.example/",
    ].map((callback_uri): [string, object, string] => [
      `a callback to ${callback_uri}`,
      { CLIENTS: [{ ...client, callback_uri }] },
      "CLIENTS[0].callback_uri must be an https URL (http only for localhost), or a path",
    ]),
    [
      "keys over http [TLS/3]",
      { ISSUERS: [{ ...issuer, jwks_uri: "http://a.example/keys" }] },
      "ISSUERS[0].jwks_uri",
    ],
    [
      "a logout address with a fragment [BACKCHANNEL-LOGOUT-2.2]",
      { CLIENTS: [{ ...client, backchannel_logout_uri: "https://shop.example/logout#x" }] },
      "CLIENTS[0].backchannel_logout_uri",
    ],
    [
      "a callback over http [TLS/4]",
      { CLIENTS: [{ ...client, callback_uri: "http://shop.example/callback" }] },
      "CLIENTS[0].callback_uri",
    ],
    [
      "two issuers whose people could be mixed up",
      { ISSUERS: [issuer, { ...issuer, issuer: "https://b.example" }] },
      "ISSUERS must not name a subject_prefix twice",
    ],
    [
      "an issuer whose tokens may be of a type that nobody knows",
      { ISSUERS: [{ ...issuer, token_type: "id_token" }] },
      "ISSUERS[0].token_type must be",
    ],
    [
      "an issuer whose tokens must have no scope in particular",
      { ISSUERS: [{ ...issuer, required_scope: "" }] },
      "ISSUERS[0].required_scope must be scopes separated by single spaces",
    ],
    [
      "an issuer of whose clients none may approve",
      { ISSUERS: [{ ...issuer, allowed_clients: [] }] },
      "ISSUERS[0].allowed_clients must name at least one client",
    ],
    [
      "an issuer whose tokens live for months",
      { ISSUERS: [{ ...issuer, max_lifetime: 7_776_000 }] },
      "ISSUERS[0].max_lifetime must be at most 2592000 seconds",
    ],
    [
      "an issuer that could speak for built-in accounts",
      { ISSUERS: [{ ...issuer, subject_prefix: "pk_x" }] },
      "ISSUERS must not use a subject_prefix",
    ],
    [
      "a client with the name of the one that is built in",
      { CLIENTS: [{ ...client, client_id: "phone" }] },
      'CLIENTS must not name a client "phone", which is built in',
    ],
    [
      "a client with the name of the one of /compare",
      { CLIENTS: [client, { ...client, client_id: "compare" }] },
      'CLIENTS must not name a client "compare", which is built in',
    ],
    ["room for no device", { MAX_DEVICES: 0 }, "MAX_DEVICES must be at least 1"],
    ["a history too short", { HISTORY_TTL: 60 }, "HISTORY_TTL must be at least 3600"],
    ["a page that is half on", { COMPARE: "maybe" }, 'COMPARE must be "on" or "off"'],
    ["something between on and off", { PASSKEYS: "maybe" }, 'PASSKEYS must be "on" or "off"'],
    [
      "a push service by its address",
      { PUSH_SERVICES: ["https://push.example"] },
      "PUSH_SERVICES[0]",
    ],
    ["every host as a push service", { PUSH_SERVICES: ["*"] }, "PUSH_SERVICES[0]"],
    ["every host of a kind", { PUSH_SERVICES: ["*.com"] }, "PUSH_SERVICES[0]"],
    [
      "a push service over http on the internet",
      { PUSH_SERVICES: ["http://push.example.com:80"] },
      "PUSH_SERVICES[0]",
    ],
    ["events that tell all", { EVENT_DETAIL: "all" }, 'EVENT_DETAIL must be "none"'],
    ["an app without its team", { APPS: { ios: ["com.example.app"] } }, "APPS.ios[0]"],
  ])("rejects the configuration and names the mistake: %s", (_, change, expected) => {
    expect(mistakeIn(change)).toContain(expected);
  });

  it("names all mistakes at once without their values", () => {
    const message = mistakeIn({
      ISSUER: "https://user:hunter2@login.example.com",
      CLIENTS: [{ ...client, client_secret_sha256: "hunter2" }],
    });
    expect(message).toContain("ISSUER");
    expect(message).toContain("CLIENTS[0].client_secret_sha256");
    expect(message).not.toContain("hunter2");
  });
});
