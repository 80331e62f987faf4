import { decodeJwt } from "jose";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { AuthenticatedUser } from "../../src/login-session/domain/authenticated-user.ts";
import type { TokenResponse } from "../../src/oidc/token/tokens.ts";
import { problemOf, VERIFIER, withClients } from "../support/api.ts";
import { approveLogin, CALLBACK, openLogin, REQUEST, SHOP } from "../support/authorization.ts";
import { RelyingParty } from "../support/relying-party.ts";
import { restoreClock, setClock } from "../support/time.ts";

// Rejected codes are logged.
vi.spyOn(console, "warn").mockImplementation(() => undefined);
afterEach(restoreClock);

/**
 * The modules of the OpenID Foundation's Basic OP certification plan
 * (`oidcc-basic-certification-test-plan`) that need neither keys nor logout. Each title begins with
 * its module.
 */

/** SHA-256 of "s3cret". */
const SECRET_SHA256 = "1ec1c26b50d5d3c58d9583181af8076655fe00756bf7285940ba3670f99fcba0";
const WITH_QUERY = "https://shop.example/back?dummy1=lorem";
const worker = withClients(
  { ...SHOP, client_secret_sha256: SECRET_SHA256, pkce: "optional" },
  {
    client_id: "second",
    redirect_uris: [CALLBACK, WITH_QUERY],
    client_secret_sha256: SECRET_SHA256,
    pkce: "optional",
  },
);
const shop = new RelyingParty(worker, "shop", "s3cret");
const second = new RelyingParty(worker, "second", "s3cret");

const MINUTE = 60_000;
const user = (change: Partial<AuthenticatedUser> = {}): AuthenticatedUser => ({
  sub: "ada",
  name: "Ada Lovelace",
  email: "ada@example.com",
  emailVerified: true,
  authTime: Date.now() - 10 * MINUTE,
  amr: ["hwk", "user"],
  ...change,
});

const { code_challenge: _, code_challenge_method: __, ...PLAIN } = REQUEST;

/** The plan's requests come without PKCE. */
const bare = (change: object = {}): Record<string, string> => ({
  ...PLAIN,
  state: "s",
  nonce: "n",
  ...change,
});

/** What the client gets for a request: the parameters of its redirect. */
async function authorize(request: Record<string, string>, client = shop): Promise<Response> {
  return await client.request(`/authorize?${new URLSearchParams(request).toString()}`);
}

async function errorOf(answer: Response): Promise<string | null> {
  expect(answer.status).toBe(303);
  const { searchParams } = new URL(answer.headers.get("Location") ?? "");
  expect(searchParams.get("state")).toBe("s");
  return searchParams.get("error");
}

interface Login {
  code: string;
  tokens: TokenResponse;
  claims: Record<string, unknown>;
  info: Record<string, unknown>;
}

async function codeOf(change: object = {}, account = user()): Promise<string> {
  const without = { code_challenge: "", code_challenge_method: "" };
  const login = await openLogin(shop, { ...without, state: "s", nonce: "n", ...change });
  const { code = "" } = await approveLogin(shop, login, account);
  return code;
}

const redeem = (code: string, change: object = {}) =>
  shop.post("/token", {
    grant_type: "authorization_code",
    code,
    redirect_uri: CALLBACK,
    ...change,
  });

const userinfo = (access_token: string) =>
  shop.request("/userinfo", { headers: { Authorization: `Bearer ${access_token}` } });

/** A whole login: its code, tokens, and what /userinfo returns. */
async function logIn(change: object = {}, account = user()): Promise<Login> {
  const code = await codeOf(change, account);
  const answer = await redeem(code);
  expect(answer.status).toBe(200);
  const tokens = await answer.json<TokenResponse>();
  const info = await (await userinfo(tokens.access_token)).json<Record<string, unknown>>();
  return { code, tokens, claims: decodeJwt(tokens.id_token ?? ""), info };
}

describe("a request that must lead to a login", () => {
  it.each<[string, object]>([
    ["oidcc-ensure-request-without-nonce-succeeds-for-code-flow", { nonce: "" }],
    ["oidcc-scope-address", { scope: "openid address" }],
    ["oidcc-scope-phone", { scope: "openid phone" }],
    ["oidcc-scope-all", { scope: "openid profile email address phone" }],
    ["oidcc-display-page", { display: "page" }],
    ["oidcc-display-popup", { display: "popup" }],
    ["oidcc-ensure-request-with-unknown-parameter-succeeds", { extra: "foobar" }],
    ["oidcc-login-hint", { login_hint: "ada@example.com" }],
    ["oidcc-ui-locales", { ui_locales: "se" }],
    ["oidcc-claims-locales", { claims_locales: "se" }],
    ["oidcc-ensure-request-with-acr-values-succeeds", { acr_values: "1 2" }],
  ])("%s: logs in", async (_, change) => {
    const { claims } = await logIn(change);
    expect(claims["sub"]).toBe("ada");
    expect(claims["nonce"]).toBe("nonce" in change ? undefined : "n");
  });

  it.each([
    ["oidcc-userinfo-get", "GET"],
    ["oidcc-userinfo-post-header", "POST"],
  ])("%s: gives the claims for the token in the header", async (_, method) => {
    const { tokens } = await logIn();
    const headers = { Authorization: `Bearer ${tokens.access_token}` };
    const answer = await shop.request("/userinfo", { method, headers });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ sub: "ada" });
  });

  it("oidcc-userinfo-post-body: refuses a token in the body, which is optional (RFC 6750 §2.2)", async () => {
    const { tokens } = await logIn();
    const body = new URLSearchParams({ access_token: tokens.access_token });
    const answer = await shop.request("/userinfo", { method: "POST", body });
    expect(answer.status).toBe(401);
    expect(answer.headers.get("WWW-Authenticate")).toMatch(/^Bearer/);
  });

  it("oidcc-scope-profile: returns the name at /userinfo", async () => {
    expect((await logIn({ scope: "openid profile" })).info).toEqual({
      sub: "ada",
      name: "Ada Lovelace",
    });
  });

  it("oidcc-scope-email: returns the address at /userinfo", async () => {
    expect((await logIn({ scope: "openid email" })).info).toEqual({
      sub: "ada",
      email: "ada@example.com",
      email_verified: true,
    });
  });

  it("oidcc-alternate-happy-flow: logs in whatever the order of scopes and parameters is", async () => {
    const reversed = Object.entries(bare({ scope: "email profile openid" })).toReversed();
    const answer = await authorize(Object.fromEntries(reversed));
    expect(answer.status).toBe(200);
    expect((await logIn({ scope: "email profile openid" })).tokens.scope).toBe(
      "openid profile email",
    );
  });

  it("oidcc-ensure-post-request-succeeds: accepts the authorization request by POST", async () => {
    const body = new URLSearchParams(bare());
    const answer = await shop.request("/authorize", { method: "POST", body });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('data-state="pending"');
  });

  it("oidcc-server-client-secret-post: accepts the client secret in the body", async () => {
    const answer = await redeem(await codeOf(), { client_secret: "s3cret" });
    expect(answer.status).toBe(200);
  });

  it("oidcc-ensure-request-with-valid-pkce-succeeds: accepts a challenge and then requires its verifier", async () => {
    const { code_challenge, code_challenge_method } = REQUEST;
    const code = await codeOf({ code_challenge, code_challenge_method });
    expect(await problemOf(await redeem(code))).toEqual([400, "invalid_grant"]);
    const wrong = { code_verifier: VERIFIER.replace("d", "e") };
    expect(await problemOf(await redeem(code, wrong))).toEqual([400, "invalid_grant"]);
    expect((await redeem(code, { code_verifier: VERIFIER })).status).toBe(200);
  });

  it("oidcc-claims-essential: returns an essential claim at /userinfo without its scope", async () => {
    const claims = JSON.stringify({ userinfo: { name: { essential: true } } });
    const login = await logIn({ claims });
    expect(login.info).toEqual({ sub: "ada", name: "Ada Lovelace" });
    expect(login.claims).not.toHaveProperty("name");
  });

  it("oidcc-claims-essential: logs in a person who has no value for an essential claim", async () => {
    const claims = JSON.stringify({ userinfo: { name: { essential: true } } });
    const { info } = await logIn({ claims }, { sub: "bob" });
    expect(info).toEqual({ sub: "bob" });
  });
});

describe("a request for a recent sign-in", () => {
  it.each([
    ["oidcc-prompt-login", { prompt: "login" }],
    ["oidcc-max-age-1", { max_age: "1" }],
  ])("%s: needs another sign-in, and has its auth_time", async (_, change) => {
    const before = await logIn();
    await expect(codeOf(change)).rejects.toThrow("sign_in_again");
    const signedIn = user({ authTime: Date.now() + 1000 });
    const after = await logIn(change, signedIn);
    expect(after.claims["auth_time"]).toBeGreaterThan(Number(before.claims["auth_time"]));
  });

  it("oidcc-prompt-none-not-logged-in: returns login_required to the client", async () => {
    expect(await errorOf(await authorize(bare({ prompt: "none" })))).toBe("login_required");
  });
});

describe("a request that must be refused", () => {
  it("oidcc-response-type-missing: returns invalid_request", async () => {
    const { response_type: _, ...request } = bare();
    expect(await errorOf(await authorize(request))).toBe("invalid_request");
  });

  it("oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported: returns request_uri_not_supported", async () => {
    const request = bare({ request_uri: "https://shop.example/request.jwt" });
    expect(await errorOf(await authorize(request))).toBe("request_uri_not_supported");
  });

  it("oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported: returns request_not_supported", async () => {
    const request = bare({ request: `${btoa('{"alg":"none"}')}.${btoa("{}")}.` });
    expect(await errorOf(await authorize(request))).toBe("request_not_supported");
  });

  it("oidcc-ensure-request-object-with-redirect-uri: sends nothing to the redirect URI of a request object", async () => {
    const object = btoa(JSON.stringify({ redirect_uri: CALLBACK }));
    const request = bare({
      redirect_uri: "https://evil.example/",
      request: `${btoa('{"alg":"none"}')}.${object}.`,
    });
    const answer = await authorize(request);
    expect(answer.status).toBe(400);
    expect(answer.headers.has("Location")).toBe(false);
  });

  it("oidcc-ensure-registered-redirect-uri: shows a page, and does not redirect", async () => {
    const answer = await authorize(bare({ redirect_uri: "https://shop.example/other" }));
    expect(answer.status).toBe(400);
    expect(answer.headers.has("Location")).toBe(false);
    expect(await answer.text()).toContain("redirect_uri is not one of the client's");
  });

  it("oidcc-ensure-redirect-uri-in-authorization-request: shows a page if a client with several URIs names none", async () => {
    const { redirect_uri: _, ...request } = bare({ client_id: "second" });
    const answer = await authorize(request, second);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain("redirect_uri is missing.");
  });

  it.each([
    ["oidcc-redirect-uri-query-mismatch", "https://shop.example/back?dummy1=ipsum"],
    ["oidcc-redirect-uri-query-added", `${WITH_QUERY}&dummy2=ipsum`],
  ])("%s: shows a page", async (_, redirect_uri) => {
    const answer = await authorize(bare({ client_id: "second", redirect_uri }), second);
    expect(answer.status).toBe(400);
    expect(answer.headers.has("Location")).toBe(false);
  });

  it("oidcc-redirect-uri-query-OK: keeps the registered query", async () => {
    const request = bare({ client_id: "second", redirect_uri: WITH_QUERY, prompt: "none" });
    const location = (await authorize(request, second)).headers.get("Location");
    expect(location).toMatch(`${WITH_QUERY}&error=login_required&`);
  });
});

describe("a code that is used again", () => {
  it("oidcc-codereuse: is refused after a minute, and the access token is void", async () => {
    const start = Date.now();
    setClock(start);
    const { code, tokens } = await logIn();
    setClock(start + MINUTE + 1000);
    expect(await problemOf(await redeem(code))).toEqual([400, "invalid_grant"]);
    expect((await userinfo(tokens.access_token)).status).toBe(401);
  });
});

describe("a refresh token", () => {
  it.each(["n", "n".repeat(43)])(
    "oidcc-refresh-token: gives an ID token of the same login, for a nonce like %s",
    async (nonce) => {
      const { tokens, claims } = await logIn({
        scope: "openid offline_access",
        prompt: "consent",
        nonce,
      });
      const { refresh_token = "" } = tokens;
      // RFC 6749, appendix A.17.
      expect(refresh_token).toMatch(/^[\x20-\x7e]+$/);
      const foreign = await second.refresh(refresh_token);
      expect(await problemOf(foreign)).toEqual([400, "invalid_grant"]);
      const answer = await shop.refresh(refresh_token);
      expect(answer.status).toBe(200);
      const { id_token = "" } = await answer.json<TokenResponse>();
      const { iss, sub, aud, auth_time, iat = 0 } = decodeJwt(id_token);
      const { iat: before, ...same } = claims;
      expect(same).toMatchObject({ iss, sub, aud, auth_time });
      expect(iat).toBeGreaterThanOrEqual(Number(before));
    },
  );
});
