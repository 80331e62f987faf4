import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import {
  createLocalJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  exportJWK,
  generateKeyPair,
  jwtVerify,
  SignJWT,
  type JSONWebKeySet,
} from "jose";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { app } from "../../../src/app.ts";
import { LoginSession } from "../../../src/login-session/durable-object/login-session.ts";
import { signingKeysOf } from "../../../src/oidc/keys/signing-keys.ts";
import type { TokenResponse } from "../../../src/oidc/token/tokens.ts";
import type { Snapshot } from "../../../src/protocol/snapshot.ts";
import {
  api,
  ISSUER,
  madeUp,
  problemOf,
  redeem,
  VERIFIER,
  withClients,
} from "../../support/api.ts";
import { RelyingParty } from "../../support/relying-party.ts";
import { TestScreen } from "../../support/test-screen.ts";
import { restoreClock, setClock } from "../../support/time.ts";

/** The operator's log. */
const warnings = vi.spyOn(console, "warn").mockImplementation(() => undefined);

/** The log line of a request that was rejected for this reason. */
const rejected = (client: string, reason: string) => [
  JSON.stringify({ event: "request_rejected", error: "invalid_grant", reason, client }),
];

beforeEach(() => warnings.mockClear());
afterEach(restoreClock);

/** A login that is approved, and its code. */
async function approved(change: object = {}): Promise<{ login: TestScreen; code: string }> {
  const login = await TestScreen.begin(change);
  await login.approve(await login.scan());
  const path = `/sessions/${login.created.session_id}`;
  const snapshot = await (await api(path, { headers: login.bearer })).json<Snapshot>();
  if (snapshot.code === undefined) throw new Error(`no code: ${snapshot.status}`);
  return { login, code: snapshot.code };
}

const whoIs = (token: string) =>
  api("/userinfo", { headers: { Authorization: `Bearer ${token}` } });

describe("a code and its verifier", () => {
  it("gives tokens that the published keys verify [RFC6749-5.1]", async () => {
    const { code } = await approved({ scope: "openid profile", nonce: "once" });
    const answer = await redeem(code);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("Content-Type")).toMatch(/^application\/json/);
    expect(answer.headers.get("Cache-Control")).toBe("no-store");
    expect(answer.headers.get("Pragma")).toBe("no-cache");
    const tokens = await answer.json<TokenResponse>();
    expect(tokens).toMatchObject({
      token_type: "Bearer",
      expires_in: 600,
      scope: "openid profile",
    });

    const jwks = await (await api("/.well-known/jwks.json")).json<JSONWebKeySet>();
    const keys = createLocalJWKSet(jwks);
    const access = await jwtVerify(tokens.access_token, keys, {
      issuer: ISSUER,
      audience: ISSUER,
      typ: "at+jwt",
      algorithms: ["ES256"],
    });
    expect(access.payload).toMatchObject({ sub: "ada", client_id: "screen" });
    const id = await jwtVerify(tokens.id_token ?? "", keys, {
      issuer: ISSUER,
      audience: "screen",
      typ: "JWT",
      algorithms: ["ES256"],
    });
    expect(id.payload).toMatchObject({ sub: "ada", name: "Ada", nonce: "once" });
  });
});

describe("a code that is presented again", () => {
  const tokensOf = async (answer: Response): Promise<TokenResponse> => {
    expect(answer.status).toBe(200);
    return await answer.json<TokenResponse>();
  };
  const offline = { scope: "openid offline_access" };

  it("returns the same login and refresh token for a repeated request within a minute", async () => {
    const { login, code } = await approved(offline);
    const first = await tokensOf(await redeem(code));
    setClock(Date.now() + 59_000);
    const again = await tokensOf(await redeem(code));
    expect(again.refresh_token).toBe(first.refresh_token);
    for (const { access_token, id_token } of [first, again]) {
      expect((await whoIs(access_token)).status).toBe(200);
      expect(decodeJwt(id_token ?? "")).toMatchObject({ sid: login.created.session_id });
    }
    expect(warnings).not.toHaveBeenCalled();
  });

  it("gives one login for ten identical requests at once [RFC6749-10.4]", async () => {
    const { code } = await approved(offline);
    const answers = await Promise.all(Array.from({ length: 10 }, () => redeem(code)));
    const all = await Promise.all(answers.map((answer) => tokensOf(answer)));
    expect(new Set(all.map(({ refresh_token }) => refresh_token)).size).toBe(1);
    expect(new Set(all.map(({ id_token }) => decodeJwt(id_token ?? "")["sid"])).size).toBe(1);
  });

  it("ends the login when a code is used again a minute later [RFC6749-4.1.2/3]", async () => {
    const { code } = await approved();
    const { access_token } = await tokensOf(await redeem(code));
    expect((await whoIs(access_token)).status).toBe(200);

    setClock(Date.now() + 60_000);
    expect(await problemOf(await redeem(code))).toEqual([400, "invalid_grant"]);
    const revoked = await whoIs(access_token);
    expect(revoked.status).toBe(401);
    expect(revoked.headers.get("WWW-Authenticate")).toContain('error="invalid_token"');
    expect(warnings.mock.calls).toEqual([rejected("screen", "code_used")]);
  });

  it("revokes the login when a code is reused after its refresh token was used", async () => {
    const { code } = await approved(offline);
    const { access_token, refresh_token = "" } = await tokensOf(await redeem(code));
    const refresh = { grant_type: "refresh_token", refresh_token, client_id: "screen" };
    const refreshed = await api("/token", { method: "POST", body: new URLSearchParams(refresh) });
    expect(refreshed.status).toBe(200);
    expect(await problemOf(await redeem(code))).toEqual([400, "invalid_grant"]);
    expect((await whoIs(access_token)).status).toBe(401);
  });

  const other = new RelyingParty(withClients({ client_id: "other" }), "other");

  it.each<[string, (code: string) => Promise<Response>, string[]]>([
    [
      "with another verifier",
      (code) => redeem(code, { code_verifier: "x".repeat(43) }),
      rejected("screen", "verifier_mismatch"),
    ],
    [
      "without its verifier",
      (code) => redeem(code, { code_verifier: "" }),
      rejected("screen", "verifier_missing"),
    ],
    ["by another client", (code) => other.redeem(code), rejected("other", "client_mismatch")],
    [
      "with a redirect that the login didn't have",
      (code) => redeem(code, { redirect_uri: "https://evil.example/" }),
      rejected("screen", "redirect_mismatch"),
    ],
  ])("rejects a redeemed code %s without revoking the login", async (_, present, line) => {
    const { login, code } = await approved();
    const { access_token } = await tokensOf(await redeem(code));
    await evictDurableObject(login.stub);
    for (const later of [0, 300_000]) {
      setClock(Date.now() + later);
      expect(await problemOf(await present(code))).toEqual([400, "invalid_grant"]);
      expect((await whoIs(access_token)).status).toBe(200);
    }
    expect(warnings.mock.calls).toEqual([line, line]);
  });
});

describe("a rejected code", () => {
  const description = "The code gives nothing, or nothing to this client with this verifier.";
  const refused = { error: "invalid_grant", error_description: description };

  it("rejects a code with another verifier and keeps it valid [RFC7636-4.6]", async () => {
    const { code } = await approved();
    const answer = await redeem(code, { code_verifier: "x".repeat(43) });
    expect([answer.status, await answer.json()]).toEqual([400, refused]);
    expect((await redeem(code)).status).toBe(200);
  });

  it("rejects a code with a redirect_uri of another login [RFC6749-4.1.3/3]", async () => {
    const { code } = await approved();
    const answer = await redeem(code, { redirect_uri: "https://evil.example/" });
    expect([answer.status, await answer.json()]).toEqual([400, refused]);
    expect((await redeem(code)).status).toBe(200);
  });

  it("rejects a code after its expiry [RFC6749-4.1.2]", async () => {
    const { code } = await approved();
    setClock(Date.now() + 60_000);
    const answer = await redeem(code);
    expect([answer.status, await answer.json()]).toEqual([400, refused]);
  });

  it("rejects a code before the approval", async () => {
    const login = await TestScreen.begin();
    const answer = await redeem(`${login.created.session_id}.${madeUp()}`);
    expect([answer.status, await answer.json()]).toEqual([400, refused]);
  });

  it("rejects a code with a guessed secret without revoking the login", async () => {
    const { login, code } = await approved();
    const { access_token } = await (await redeem(code)).json<TokenResponse>();
    const answer = await redeem(`${login.created.session_id}.${madeUp()}`);
    expect([answer.status, await answer.json()]).toEqual([400, refused]);
    expect((await whoIs(access_token)).status).toBe(200);
    expect(warnings.mock.calls).toEqual([rejected("screen", "code_unknown")]);
  });

  it.each([
    ["of a session that the runtime never made", () => `${madeUp()}.${madeUp()}`],
    ["that is malformed", () => "code"],
  ])("rejects a code %s", async (_, made) => {
    const answer = await redeem(made());
    expect([answer.status, await answer.json()]).toEqual([400, refused]);
  });

  it("rejects a code of a deleted session that was never redeemed", async () => {
    const { login, code } = await approved();
    await runInDurableObject(login.stub, (_, state) => state.storage.deleteAll());
    const answer = await redeem(code);
    expect([answer.status, await answer.json()]).toEqual([400, refused]);
  });

  it("rejects a code with a forged reference without calling an object", async () => {
    const [mine, theirs] = [await approved(), await approved()];
    const asked = vi.spyOn(LoginSession.prototype, "redeem");
    onTestFinished(() => asked.mockRestore());
    const [sid, secret, reference = ""] = mine.code.split(".");
    const others = [theirs.code.split(".")[2], `${reference.slice(0, -1)}_`, madeUp(), "x"];
    for (const other of others) {
      const answer = await redeem(`${sid}.${secret}.${other}`);
      expect([answer.status, await answer.json()]).toEqual([400, refused]);
    }
    expect(asked).not.toHaveBeenCalled();
    expect((await redeem(mine.code)).status).toBe(200);
  });
});

describe("an invalid token request", () => {
  const FORM = "application/x-www-form-urlencoded";
  const form = (body: string, headers: HeadersInit = {}): Promise<Response> =>
    api("/token", {
      method: "POST",
      headers: { "Content-Type": FORM, ...headers },
      body,
    });
  const GOOD = `grant_type=authorization_code&client_id=screen&code_verifier=${VERIFIER}&code=${madeUp()}.${madeUp()}`;

  it("rejects the unchanged form of these tests only for its code", async () => {
    expect(await problemOf(await form(GOOD))).toEqual([400, "invalid_grant"]);
  });

  it.each<[string, string, number, string]>([
    ["nothing", "", 400, "invalid_request"],
    ["no grant_type", GOOD.replace("grant_type", "x"), 400, "invalid_request"],
    ["no client_id", GOOD.replace("client_id", "x"), 400, "invalid_request"],
    ["no code", GOOD.replace("code=", "x="), 400, "invalid_request"],
    // RFC 7636 §4.6: every code has a challenge.
    ["no verifier [RFC9700-2.1.1/2]", GOOD.replace("code_verifier", "x"), 400, "invalid_grant"],
    ["a short verifier [RFC6749-5.2]", GOOD.replace(VERIFIER, "short"), 400, "invalid_request"],
    ["a parameter twice [RFC6749-3.2/3]", `${GOOD}&client_id=screen`, 400, "invalid_request"],
    ["an unknown parameter twice", `${GOOD}&x=1&x=2`, 400, "invalid_request"],
    [
      "an unsupported grant [RFC6749-5.2/2]",
      GOOD.replace("authorization_code", "password"),
      400,
      "unsupported_grant_type",
    ],
    ["an unknown client", GOOD.replace("=screen", "=nobody"), 401, "invalid_client"],
    ["a secret that isn't registered", `${GOOD}&client_secret=x`, 401, "invalid_client"],
    ["a body of 8 kB and more", `${GOOD}&x=${"x".repeat(8192)}`, 400, "invalid_request"],
  ])("rejects a token request with %s", async (_, body, status, error) => {
    const answer = await form(body);
    expect(answer.headers.get("Cache-Control")).toBe("no-store");
    expect(answer.headers.get("Pragma")).toBe("no-cache");
    expect(await problemOf(answer)).toEqual([status, error]);
  });

  it("rejects a long body without a Content-Length", async () => {
    const body = new Response(`${GOOD}&x=${"x".repeat(8192)}`).body;
    const answer = await api("/token", { method: "POST", headers: { "Content-Type": FORM }, body });
    expect(await problemOf(answer)).toEqual([400, "invalid_request"]);
  });

  it.each(["application/json", "multipart/form-data", "text/plain"])(
    "rejects a token request with a body as %s",
    async (type) => {
      const answer = await form(GOOD, { "Content-Type": type });
      expect(await problemOf(answer)).toEqual([400, "invalid_request"]);
    },
  );

  it("answers 401 with WWW-Authenticate to failed Basic authentication [RFC6749-5.2/3]", async () => {
    const answer = await form(GOOD, { Authorization: `Basic ${btoa("screen:x")}` });
    expect(await problemOf(answer)).toEqual([401, "invalid_client"]);
    expect(answer.headers.get("WWW-Authenticate")).toMatch(/^Basic realm=/);
  });

  it("sends no WWW-Authenticate for failed authentication in the body", async () => {
    const answer = await form(GOOD.replace("=screen", "=nobody"));
    expect(await problemOf(answer)).toEqual([401, "invalid_client"]);
    expect(answer.headers.has("WWW-Authenticate")).toBe(false);
  });

  it("describes errors in the characters of RFC 6749 §5.2 without repeating input [RFC6749-4.1.2.1/2]", async () => {
    const answer = await form(GOOD.replace("authorization_code", "%3Cscript%3E%22"));
    const { error_description } = await answer.json<{ error_description: string }>();
    expect(error_description).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/);
    expect(error_description).not.toContain("script");
  });

  it.each(["GET", "PUT", "DELETE"])("answers %s /token with 405", async (method) => {
    const answer = await api("/token", { method });
    expect(answer.headers.get("Allow")).toBe("POST");
    expect(await problemOf(answer)).toEqual([405, "method_not_allowed"]);
  });
});

describe("a client with a secret", () => {
  const SECRET = "correct horse battery staple";

  /** The Worker with one more client. */
  async function shop(): Promise<Env> {
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(SECRET));
    const bytes = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0"));
    const client = { client_id: "shop", name: "Shop", client_secret_sha256: bytes.join("") };
    return { ...env, CLIENTS: [{ client_id: "screen", name: "Screen" }, client] };
  }

  /** An approved login of that client, and a function that redeems its code. */
  async function approvedForShop() {
    const worker = await shop();
    const { login, code } = await approved();
    await runInDurableObject(login.stub, (_, state) => {
      const session = state.storage.kv.get<object>("session");
      state.storage.kv.put("session", { ...session, clientId: "shop" });
    });
    return (form: Record<string, string>, headers: HeadersInit = {}) =>
      app.request(
        "/token",
        {
          method: "POST",
          headers,
          body: new URLSearchParams({
            grant_type: "authorization_code",
            code,
            code_verifier: VERIFIER,
            ...form,
          }),
        },
        worker,
      );
  }

  it("redeems with the client's secret in the header or in the body [OIDC-CORE-3.1.3.2]", async () => {
    const byHeader = await approvedForShop();
    const basic = `Basic ${btoa(`shop:${SECRET.replaceAll(" ", "+")}`)}`;
    expect((await byHeader({}, { Authorization: basic })).status).toBe(200);
    const byBody = await approvedForShop();
    expect((await byBody({ client_id: "shop", client_secret: SECRET })).status).toBe(200);
  });

  it("rejects a code without the client's secret and keeps it valid [RFC6749-3.2.1]", async () => {
    const redeemAs = await approvedForShop();
    expect(await problemOf(await redeemAs({ client_id: "shop" }))).toEqual([401, "invalid_client"]);
    const wrong = { client_id: "shop", client_secret: "wrong" };
    expect(await problemOf(await redeemAs(wrong))).toEqual([401, "invalid_client"]);
    expect((await redeemAs({ client_id: "shop", client_secret: SECRET })).status).toBe(200);
  });

  it("rejects a code issued to another client [RFC6749-4.1.2/5]", async () => {
    const redeemAs = await approvedForShop();
    expect(await problemOf(await redeemAs({ client_id: "screen" }))).toEqual([
      400,
      "invalid_grant",
    ]);
  });
});

describe("a client with keys", () => {
  it("redeems with a new client assertion for each request", async () => {
    const { privateKey, publicKey } = await generateKeyPair("ES256");
    const jwks = { keys: [await exportJWK(publicKey)] };
    const client = new RelyingParty(withClients({ client_id: "bank", jwks }), "bank");
    const signed = () =>
      new SignJWT({ jti: madeUp() })
        .setProtectedHeader({ alg: "ES256" })
        .setIssuer("bank")
        .setSubject("bank")
        .setAudience(ISSUER)
        .setExpirationTime("1m")
        .sign(privateKey);
    const credentials = async () => ({
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: await signed(),
    });
    client.credentials = credentials;
    const { code } = await client.approvedCode();
    expect((await client.redeem(code)).status).toBe(200);

    const { code: second } = await client.approvedCode();
    const once = await credentials();
    client.credentials = () => Promise.resolve(once);
    expect((await client.post("/introspect", { token: "x" })).status).toBe(200);
    expect(await problemOf(await client.redeem(second))).toEqual([401, "invalid_client"]);
    client.credentials = credentials;
    expect((await client.redeem(second)).status).toBe(200);
  });
});

it("signs tokens with another key when a stored signing key can't be read", async () => {
  const { code } = await approved();
  const keys = signingKeysOf(env);
  await runInDurableObject(keys, (_, { storage }) => {
    const now = Date.now();
    storage.kv.put("broken", { kid: "broken", publishedAt: now, signsFrom: now, jwk: {} });
  });
  onTestFinished(() =>
    runInDurableObject(keys, (_, { storage }) => void storage.kv.delete("broken")),
  );
  const errors = vi.spyOn(console, "error").mockImplementation(() => undefined);
  onTestFinished(() => errors.mockRestore());

  const body = new URLSearchParams({
    grant_type: "authorization_code",
    client_id: "screen",
    code,
    code_verifier: VERIFIER,
  });
  // Another isolate, with an empty cache of keys.
  const answer = await app.request("/token", { method: "POST", body }, { ...env });
  expect(answer.status).toBe(200);
  const { access_token } = await answer.json<TokenResponse>();
  expect(decodeProtectedHeader(access_token).kid).not.toBe("broken");
  expect(errors).toHaveBeenCalled();
});
