import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { authorizationParameters } from "../../../src/oidc/authorization/authorization-parameters.ts";
import {
  parseAuthorizationRequest,
  type AuthorizationRequest,
} from "../../../src/oidc/authorization/authorization-request.ts";
import { validateClientAndRedirect } from "../../../src/oidc/authorization/validate-redirect-uri.ts";
import { clientWith } from "../client-with.ts";

const ISSUER = "https://login.example.com";
const CALLBACK = "https://shop.example/back?to=1";
const CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

const shop = clientWith({
  client_id: "shop",
  redirect_uris: [CALLBACK, "https://shop.example/Other"],
});
const app = clientWith({
  client_id: "app",
  redirect_uris: ["com.example.app:/back"],
});
const none = clientWith({ client_id: "none" });
const api = clientWith({
  client_id: "api",
  redirect_uris: [CALLBACK],
  resources: ["https://api.shop.example", "https://api.shop.example/v2"],
});
const optional = clientWith({
  client_id: "optional",
  redirect_uris: [CALLBACK],
  client_secret_sha256: "0".repeat(64),
  pkce: "optional",
});
const clients = new Map(
  [shop, app, none, api, optional].map((client) => [client.client_id, client]),
);

const GOOD = {
  client_id: "shop",
  redirect_uri: CALLBACK,
  response_type: "code",
  scope: "openid",
  code_challenge: CHALLENGE,
  code_challenge_method: "S256",
};

type Change = Record<string, string | readonly string[] | undefined>;

/** A valid request with these changes; `undefined` removes a parameter. */
function pairs(change: Change): [string, string][] {
  return Object.entries({ ...GOOD, ...change }).flatMap(([name, values]) =>
    [values ?? []].flat().map((value): [string, string] => [name, value]),
  );
}

type Outcome =
  | { at: "here"; error: string }
  | { at: string; mode: string; state: string | undefined; error: string }
  | { asks: AuthorizationRequest };

/** The result of a request: a login, an error for the client, or an error page. */
function outcome(given: Iterable<[string, string]>): Outcome {
  const parameters = authorizationParameters(given);
  const proven = validateClientAndRedirect(parameters, { clients, issuer: ISSUER });
  if (!proven.ok) return { at: "here", error: proven.error.code };
  const request = parseAuthorizationRequest(parameters, proven.value);
  if (request.ok) return { asks: request.value };
  const { uri, mode, state } = proven.value.redirect;
  return { at: uri, mode, state, error: request.error.code };
}

const ask = (change: Change = {}) => outcome(pairs(change));

describe("a good request", () => {
  it("uses defaults for missing optional parameters", () => {
    expect(ask()).toEqual({
      asks: {
        client_id: "shop",
        redirect_uri: CALLBACK,
        response_mode: "query",
        scope: "openid",
        code_challenge: CHALLENGE,
        code_challenge_method: "S256",
      },
    });
  });

  it("reads all optional parameters", () => {
    const more = {
      scope: "email unheard-of profile openid",
      state: "a state",
      nonce: "once",
      response_mode: "form_post",
      max_age: "0",
      id_token_hint: "a.b.c",
      dpop_jkt: CHALLENGE,
      resource: ISSUER,
    };
    expect(ask(more)).toEqual({
      asks: {
        client_id: "shop",
        redirect_uri: CALLBACK,
        response_mode: "form_post",
        scope: "openid profile email",
        code_challenge: CHALLENGE,
        code_challenge_method: "S256",
        state: "a state",
        nonce: "once",
        max_age: 0,
        id_token_hint: "a.b.c",
        dpop_jkt: CHALLENGE,
      },
    });
  });

  it.each<[string, Change]>([
    ["no openid: plain OAuth", { scope: "profile" }],
    [
      "empty values, which count as missing (RFC 6749 §3.1) [RFC6749-3.1/3]",
      { state: "", nonce: "", claims: "" },
    ],
    ["unknown parameters [RFC6749-3.1/4]", { utm_source: "x".repeat(5000) }],
    [
      "voluntary parameters [OIDC-CORE-3.1.2.1/9]",
      { display: "popup", ui_locales: "de en", login_hint: "ada", acr_values: "1" },
    ],
    [
      "prompt=consent select_account, which every approval is",
      { prompt: "consent select_account" },
    ],
    ["additional spaces in lists", { prompt: " consent  login ", ui_locales: " de " }],
    ["our own resource, twice (RFC 8707 §2) [RFC9068-3]", { resource: [ISSUER, ISSUER] }],
    ["our own resource with a slash, as URL libraries write it", { resource: `${ISSUER}/` }],
    ["an empty resource, which counts as missing", { resource: ["", ISSUER] }],
    [
      "claims that are unknown here",
      { claims: '{"id_token":{"signin_state":{"essential":false}}}' },
    ],
    ["unknown scopes [OIDC-CORE-3.1.2.1/10]", { scope: `address openid  ${"x".repeat(300)} ` }],
  ])("accepts a request with %s", (_, change) => {
    expect(ask(change)).toHaveProperty("asks");
  });

  it("treats prompt=login as max_age=0", () => {
    expect(ask({ prompt: "login" })).toMatchObject({ asks: { max_age: 0 } });
    expect(ask({ prompt: "login", max_age: "60" })).toMatchObject({ asks: { max_age: 0 } });
    expect(ask({ max_age: "60" })).toMatchObject({ asks: { max_age: 60 } });
  });

  it("uses the only registered redirect of a plain OAuth request without redirect_uri (RFC 6749 §3.1.2.3) [RFC6749-3.1.2.3]", () => {
    const request = { client_id: "app", redirect_uri: undefined, scope: "profile" };
    expect(ask(request)).toMatchObject({ asks: { redirect_uri: "com.example.app:/back" } });
    expect(ask({ ...request, scope: "openid" })).toMatchObject({ at: "here" });
    expect(ask({ ...request, client_id: "shop" })).toMatchObject({ at: "here" });
  });
});

describe("a client for which PKCE is optional", () => {
  const bare = {
    client_id: "optional",
    code_challenge: undefined,
    code_challenge_method: undefined,
  };

  it("may leave the challenge out, with a nonce or without", () => {
    const asks = { client_id: "optional", redirect_uri: CALLBACK, response_mode: "query" };
    expect(ask(bare)).toEqual({ asks: { ...asks, scope: "openid" } });
    expect(ask({ ...bare, nonce: "n" })).toMatchObject({ asks: { nonce: "n" } });
  });

  it.each<[string, Change]>([
    ["a method without a challenge", { ...bare, code_challenge_method: "S256" }],
    ["a challenge without a method", { ...bare, code_challenge: CHALLENGE }],
    ["the method plain", { ...bare, code_challenge: CHALLENGE, code_challenge_method: "plain" }],
    ["a challenge that is short", { ...bare, code_challenge: "x", code_challenge_method: "S256" }],
  ])("is refused with %s", (_, change) => {
    expect(ask(change)).toMatchObject({ at: CALLBACK, error: "invalid_request" });
  });
});

describe("the resources of a client (RFC 8707)", () => {
  const [first = "", second = ""] = api.resources;
  it.each<[string, string[], string[] | undefined]>([
    ["one of them", [first], [first]],
    ["two of them, each twice", [second, first, second], [second, first]],
    ["an origin with a slash", [`${first}/`], [first]],
    ["ours beside one of them", [ISSUER, first], [ISSUER, first]],
    ["ours alone, which is the default", [ISSUER], undefined],
  ])("are granted for %s", (_, resource, granted) => {
    const request = ask({ client_id: "api", resource });
    expect("asks" in request && request.asks.resource).toEqual(granted);
  });

  it.each([
    ["https://api.shop.example/v2/"],
    ["https://api.shop.example/v3"],
    ["https://API.shop.example"],
    ["https://api.shop.example#x"],
    ["api.shop.example"],
    [first, "https://elsewhere.example"],
  ])("are refused beyond those that are registered: %s %s", (...resource) => {
    const request = { client_id: "api", resource };
    expect(ask(request)).toMatchObject({ at: CALLBACK, error: "invalid_target" });
  });
});

describe("an error before the redirect is validated", () => {
  it.each<[string, Change]>([
    ["no client_id", { client_id: undefined }],
    ["an empty client_id", { client_id: "" }],
    ["a client_id twice", { client_id: ["shop", "shop"] }],
    ["two clients", { client_id: ["shop", "app"] }],
    ["an unknown client", { client_id: "nobody" }],
    ["a client_id in another case", { client_id: "Shop" }],
    ["a client_id that is over-long", { client_id: "shop".repeat(500) }],
    ["a client without redirects [RFC6749-3.1.2.2]", { client_id: "none" }],
    ["no redirect_uri [OIDC-CORE-3.1.2.1]", { redirect_uri: undefined }],
    ["an empty redirect_uri", { redirect_uri: "" }],
    ["a redirect_uri twice", { redirect_uri: [CALLBACK, CALLBACK] }],
    ["two redirects", { redirect_uri: [CALLBACK, "https://evil.example/"] }],
    ["another client's redirect", { redirect_uri: "com.example.app:/back" }],
    [
      "a redirect with an added slash [RFC6749-3.1.2.3/2]",
      { redirect_uri: "https://shop.example/back/?to=1" },
    ],
    ["a redirect with its port", { redirect_uri: "https://shop.example:443/back?to=1" }],
    ["a redirect with another port", { redirect_uri: "https://shop.example:8443/back?to=1" }],
    ["a redirect with another case", { redirect_uri: "https://shop.example/other" }],
    [
      "a redirect with a host in capitals [OIDC-CORE-3.1.2.1/2]",
      { redirect_uri: "https://SHOP.example/back?to=1" },
    ],
    ["a redirect with a fragment [RFC6749-3.1.2/2]", { redirect_uri: `${CALLBACK}#x` }],
    ["a redirect with an empty fragment", { redirect_uri: `${CALLBACK}#` }],
    ["a redirect with user information", { redirect_uri: "https://a@shop.example/back?to=1" }],
    [
      "a redirect of another host behind user information",
      { redirect_uri: "https://shop.example@evil.example/back?to=1" },
    ],
    ["a redirect without its query", { redirect_uri: "https://shop.example/back" }],
    [
      "a redirect with another query [RFC9700-2.1]",
      { redirect_uri: "https://shop.example/back?to=2" },
    ],
    ["a redirect with more query", { redirect_uri: `${CALLBACK}&x=1` }],
    ["a redirect over http", { redirect_uri: "http://shop.example/back?to=1" }],
    ["a redirect of a sub-domain", { redirect_uri: "https://a.shop.example/back?to=1" }],
    [
      "a redirect whose host goes on",
      { redirect_uri: "https://shop.example.evil.example/back?to=1" },
    ],
    ["a redirect with a trailing dot", { redirect_uri: "https://shop.example./back?to=1" }],
    ["a redirect with dots in its path", { redirect_uri: "https://shop.example/x/../back?to=1" }],
    ["a redirect in percent-encoding", { redirect_uri: "https://shop.example/%62ack?to=1" }],
    ["a redirect with white space", { redirect_uri: ` ${CALLBACK}` }],
    ["a redirect with a backslash", { redirect_uri: "https:\\\\shop.example/back?to=1" }],
    ["a redirect without a scheme", { redirect_uri: "//shop.example/back?to=1" }],
    ["a path", { redirect_uri: "/back?to=1" }],
    ["a script", { redirect_uri: "javascript:alert(1)" }],
    ["a redirect that is over-long", { redirect_uri: `${CALLBACK}${"x".repeat(5000)}` }],
  ])("shows an error page without a redirect for %s", (_, change) => {
    expect(ask(change)).toEqual({ at: "here", error: "invalid_request" });
  });
});

describe("an error of a validated redirect", () => {
  it.each<[string, string, Change]>([
    ["no response_type [RFC6749-3.1.1]", "invalid_request", { response_type: undefined }],
    ["a response_type twice", "invalid_request", { response_type: ["code", "code"] }],
    [
      "the implicit grant [RFC6749-3.1.1/2]",
      "unsupported_response_type",
      { response_type: "token" },
    ],
    ["an ID token from here", "unsupported_response_type", { response_type: "id_token" }],
    [
      "the hybrid flow [OIDC-CORE-3.2]",
      "unsupported_response_type",
      { response_type: "code id_token" },
    ],
    ["an unknown response_mode", "invalid_request", { response_mode: "jwt" }],
    ["no challenge [RFC7636-4.4.1]", "invalid_request", { code_challenge: undefined }],
    [
      "neither challenge nor method",
      "invalid_request",
      { code_challenge: undefined, code_challenge_method: undefined },
    ],
    ["an empty challenge", "invalid_request", { code_challenge: "" }],
    ["a challenge that is short", "invalid_request", { code_challenge: CHALLENGE.slice(1) }],
    ["a challenge that is long", "invalid_request", { code_challenge: `${CHALLENGE}x` }],
    [
      "a challenge with a character of base64",
      "invalid_request",
      { code_challenge: CHALLENGE.replace("-", "+") },
    ],
    ["a challenge with a line end", "invalid_request", { code_challenge: `${CHALLENGE}\n` }],
    [
      "a challenge without method, which means plain",
      "invalid_request",
      { code_challenge_method: undefined },
    ],
    ["the method plain [RFC7636-4.4.1/2]", "invalid_request", { code_challenge_method: "plain" }],
    ["a method in lower case", "invalid_request", { code_challenge_method: "s256" }],
    ["a challenge twice", "invalid_request", { code_challenge: [CHALLENGE, CHALLENGE] }],
    ["no scope [RFC6749-3.3/3]", "invalid_scope", { scope: undefined }],
    ["an empty scope", "invalid_scope", { scope: "" }],
    ["a scope of spaces", "invalid_scope", { scope: " " }],
    ["a scope that is nothing here", "invalid_scope", { scope: "admin" }],
    ["a scope with characters that it can't have", "invalid_scope", { scope: 'openid "x"' }],
    ["a scope twice", "invalid_request", { scope: ["openid", "openid"] }],
    ["a nonce that is over-long", "invalid_request", { nonce: "n".repeat(256) }],
    ["a nonce twice", "invalid_request", { nonce: ["1", "2"] }],
    ["a max_age that is no number", "invalid_request", { max_age: "soon" }],
    ["a max_age below zero", "invalid_request", { max_age: "-1" }],
    ["a max_age with a fraction", "invalid_request", { max_age: "1.5" }],
    ["a max_age in another notation", "invalid_request", { max_age: "1e3" }],
    ["a max_age that is over-long", "invalid_request", { max_age: "9".repeat(20) }],
    [
      "prompt=none, as no user is logged in here [OIDC-CORE-3.1.2.1/3]",
      "login_required",
      { prompt: "none" },
    ],
    ["prompt=none with others [OIDC-CORE-3.1.2.1/4]", "invalid_request", { prompt: "none login" }],
    ["an unknown prompt", "invalid_request", { prompt: "create" }],
    ["a known prompt beside an unknown one", "invalid_request", { prompt: "login please" }],
    ["a request object [OIDC-CORE-5.5]", "request_not_supported", { request: "a.b.c" }],
    [
      "a request that is elsewhere",
      "request_uri_not_supported",
      { request_uri: "https://shop.example/r" },
    ],
    ["a registration [OIDC-CORE-5.5/2]", "registration_not_supported", { registration: "{}" }],
    ["claims that are no JSON", "invalid_request", { claims: "{id_token:" }],
    ["claims that are no object", "invalid_request", { claims: '["email"]' }],
    ["another resource [RFC9068-3/2]", "invalid_target", { resource: "https://api.example/" }],
    [
      "another resource beside ours",
      "invalid_target",
      { resource: [ISSUER, "https://api.example/"] },
    ],
    ["our resource with a path", "invalid_target", { resource: `${ISSUER}/userinfo` }],
    ["our resource in capitals", "invalid_target", { resource: ISSUER.toUpperCase() }],
    ["our resource with two slashes", "invalid_target", { resource: `${ISSUER}//` }],
    ["an id_token_hint that is over-long", "invalid_request", { id_token_hint: "x".repeat(8193) }],
    ["a login_hint that is over-long", "invalid_request", { login_hint: "x".repeat(501) }],
    ["a ui_locales that is over-long", "invalid_request", { ui_locales: "x".repeat(201) }],
    ["an acr_values that is over-long", "invalid_request", { acr_values: "x".repeat(501) }],
    ["a display that is over-long", "invalid_request", { display: "x".repeat(51) }],
    ["a thumbprint that is none", "invalid_request", { dpop_jkt: "x" }],
    ["an unknown parameter twice [RFC6749-3.1/5]", "invalid_request", { x: ["1", "2"] }],
    ["an unknown parameter twice, once empty", "invalid_request", { x: ["1", ""] }],
  ])("redirects to the client with an error for %s", (_, error, change) => {
    expect(ask({ state: "s", ...change })).toEqual({
      at: CALLBACK,
      mode: "query",
      state: "s",
      error,
    });
  });

  it("sends an error in the requested response mode", () => {
    const refused = { at: CALLBACK, mode: "form_post", state: undefined, error: "login_required" };
    expect(ask({ response_mode: "form_post", prompt: "none" })).toEqual(refused);
    expect(ask({ response_mode: "fragment", prompt: "none" })).toEqual({
      ...refused,
      mode: "fragment",
    });
    const custom = { client_id: "app", redirect_uri: "com.example.app:/back" };
    expect(ask({ ...custom, response_mode: "fragment", prompt: "none" })).toMatchObject({
      at: "com.example.app:/back",
      mode: "fragment",
    });
  });

  it("sends an error in the query if response_mode is repeated or not possible for the redirect URI", () => {
    expect(ask({ response_mode: ["form_post", "form_post"] })).toMatchObject({ mode: "query" });
    const custom = { client_id: "app", redirect_uri: "com.example.app:/back" };
    expect(ask({ ...custom, response_mode: "form_post" })).toEqual({
      at: "com.example.app:/back",
      mode: "query",
      state: undefined,
      error: "invalid_request",
    });
  });

  it("rejects a state that a form post would change, and does not return it", () => {
    const state = "two\nlines";
    expect(ask({ state })).toHaveProperty("asks");
    expect(ask({ state, response_mode: "form_post" })).toEqual({
      at: CALLBACK,
      mode: "form_post",
      state: undefined,
      error: "invalid_request",
    });
  });

  it("does not return a repeated state with an error", () => {
    const refused = { at: CALLBACK, mode: "query", state: undefined, error: "invalid_request" };
    expect(ask({ state: ["1", "2"] })).toEqual(refused);
  });

  it("returns a state that is too long for a login with the error, up to 8000 characters", () => {
    const refused = { at: CALLBACK, mode: "query", error: "invalid_request" };
    expect(ask({ state: "s".repeat(4000) })).toHaveProperty("asks");
    for (const length of [4001, 8000]) {
      const state = "s".repeat(length);
      expect(ask({ state })).toEqual({ ...refused, state });
    }
    expect(ask({ state: "s".repeat(8001) })).toEqual({ ...refused, state: undefined });
  });
});

it("describes errors in the characters of RFC 6749 §4.1.2.1 without repeating input [RFC6749-4.1.2.1]", () => {
  const wrong: Change[] = [
    { max_age: "<script>" },
    { scope: "<script>" },
    { prompt: "<script>" },
    { request: "<script>" },
    { response_type: "<script>" },
    { resource: "<script>" },
  ];
  for (const change of wrong) {
    const parameters = authorizationParameters(pairs(change));
    const proven = validateClientAndRedirect(parameters, { clients, issuer: ISSUER });
    if (!proven.ok) throw new Error("the redirect is good");
    const request = parseAuthorizationRequest(parameters, proven.value);
    if (request.ok) throw new Error("the request is bad");
    expect(request.error.description).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/);
    expect(request.error.description).not.toContain("script");
  }
});

describe("any authorization request", () => {
  const redirects = [CALLBACK, "https://shop.example/Other", "com.example.app:/back"];
  const name = fc.oneof(fc.constantFrom(...Object.keys(GOOD), "state", "prompt", "x"), fc.string());
  const value = fc.oneof(
    fc.constantFrom(...redirects, "shop", "app", "code", "openid", "S256", CHALLENGE, "none", ""),
    fc.webUrl(),
    fc.string(),
  );
  const requests = fc.tuple(
    fc.subarray(Object.entries(GOOD)),
    fc.array(fc.tuple(name, value), { maxLength: 6 }),
  );

  it("redirects only to a registered address of the client [RFC6749-3.1.2.4]", () => {
    fc.assert(
      fc.property(requests, ([some, others]) => {
        const given: [string, string][] = [...some, ...others];
        const led = outcome(given);
        if ("at" in led && led.at === "here") return true;
        const uri = "asks" in led ? led.asks.redirect_uri : led.at;
        const { client } = { client: clients.get(new Map(given).get("client_id") ?? "") };
        return client?.redirect_uris.includes(uri) === true;
      }),
      { numRuns: 3000 },
    );
  });

  it("starts no login without an S256 challenge [RFC9700-2.1.1]", () => {
    fc.assert(
      fc.property(requests, ([some, others]) => {
        const led = outcome([...some, ...others]);
        return !("asks" in led) || /^[\w-]{43}$/.test(led.asks.code_challenge ?? "");
      }),
      { numRuns: 3000 },
    );
  });
});
