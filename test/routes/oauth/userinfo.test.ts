import { env } from "cloudflare:workers";
import { base64url, generateKeyPair, SignJWT } from "jose";
import { afterEach, describe, expect, it } from "vitest";
import { accountStub } from "../../../src/accounts/account-stub.ts";
import { sessionIdOf } from "../../../src/login-session/durable-object/session-stub.ts";
import { signOwnJwt } from "../../../src/oidc/keys/jwt.ts";
import { publishedKeys, signingKey } from "../../../src/oidc/keys/signing-key-cache.ts";
import { api, ISSUER, madeUp } from "../../support/api.ts";
import { DpopKey } from "../../support/dpop-key.ts";
import { restoreClock, setClock } from "../../support/time.ts";

afterEach(restoreClock);

const HTU = `${ISSUER}/userinfo`;

const aSession = () => sessionIdOf(env.LOGIN_SESSIONS.newUniqueId());

const claims = (change: object = {}) => ({
  sub: "ada",
  client_id: "screen",
  scope: "openid profile",
  sid: aSession(),
  jti: madeUp(),
  name: "Ada",
  ...change,
});

/** An access token of a new login. */
async function accessToken(change: object = {}): Promise<string> {
  const told = claims(change);
  await begin(told.sub, told.sid);
  return signOwnJwt(env, "at+jwt", told, 60_000);
}

async function begin(sub: string, sessionId: string): Promise<void> {
  const grant = {
    sessionId,
    clientId: "screen",
    scope: "openid",
    account: { sub },
    approvedAt: 0,
    screen: {},
  };
  await accountStub(env, sub).beginLogin({ grant, expiresAt: Date.now() + 3_600_000 });
}

const ask = (token: string, method = "GET") =>
  api("/userinfo", { method, headers: { Authorization: `Bearer ${token}` } });

/** The status, and the error of RFC 6750 §3.1. */
async function refusalOf(answer: Response): Promise<[number, string | undefined]> {
  await answer.body?.cancel();
  const challenge = answer.headers.get("WWW-Authenticate") ?? "";
  // RFC 9449 §7.2: one challenge for each scheme.
  expect(challenge).toMatch(/^Bearer realm=".*, DPoP realm=".*algs="[\w ]*ES256/);
  return [answer.status, /error="(\w+)"/.exec(challenge)?.[1]];
}

describe("an access token of ours", () => {
  it.each(["GET", "POST"])("returns the claims of the user by %s [RFC6750-2.1]", async (method) => {
    const answer = await ask(await accessToken(), method);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("Content-Type")).toMatch(/^application\/json/);
    expect(answer.headers.get("Cache-Control")).toBe("no-store");
    expect(await answer.json()).toEqual({ sub: "ada", name: "Ada" });
  });

  it("omits the name of an account without one [OIDC-CORE-5.3.2/2]", async () => {
    const answer = await ask(await accessToken({ name: undefined }));
    expect(await answer.json()).toEqual({ sub: "ada" });
  });

  it("accepts the authentication scheme in any case [RFC6750-2.1/2]", async () => {
    const headers = { Authorization: `bearer ${await accessToken()}` };
    expect((await api("/userinfo", { headers })).status).toBe(200);
  });

  it("rejects an access token without the scope openid [RFC6750-3/3]", async () => {
    const answer = await ask(await accessToken({ scope: "profile" }));
    expect(answer.headers.get("WWW-Authenticate")).toContain('scope="openid"');
    expect(await refusalOf(answer)).toEqual([403, "insufficient_scope"]);
  });

  it("rejects an expired access token [RFC6750-3/2]", async () => {
    const token = await accessToken();
    setClock(Date.now() + 61_000);
    expect(await refusalOf(await ask(token))).toEqual([401, "invalid_token"]);
  });

  it.each([
    ["of no session", undefined],
    ["of a session that never was", "x".repeat(43)],
  ])("rejects an access token %s at /userinfo", async (_, sid) => {
    const token = await signOwnJwt(env, "at+jwt", claims({ sid }), 60_000);
    expect(await refusalOf(await ask(token))).toEqual([401, "invalid_token"]);
  });

  it("returns the email address if the token has one", async () => {
    const email = { email: "ada@shop.example", email_verified: true };
    const answer = await ask(await accessToken(email));
    expect(await answer.json()).toEqual({ sub: "ada", name: "Ada", ...email });
  });
});

describe("an access token that is bound to a key (RFC 9449 §7)", () => {
  const boundTo = ({ jkt }: DpopKey) => accessToken({ cnf: { jkt } });

  /** The error of the first challenge, whose scheme the request used. */
  async function dpopRefusalOf(answer: Response): Promise<[number, string | undefined]> {
    await answer.body?.cancel();
    const challenge = answer.headers.get("WWW-Authenticate") ?? "";
    expect(challenge).toMatch(/^DPoP realm=".*algs="[\w ]*ES256.*, Bearer realm="[\w-]*"$/);
    return [answer.status, /error="(\w+)"/.exec(challenge)?.[1]];
  }

  it.each(["GET", "POST"])("accepts a bound access token with a proof by %s", async (method) => {
    const key = await DpopKey.make();
    const headers = await key.headers(method, "/userinfo", await boundTo(key));
    const answer = await api("/userinfo", { method, headers });
    expect(await answer.json()).toEqual({ sub: "ada", name: "Ada" });
  });

  it("rejects a bound access token presented as Bearer [RFC9449-7.2]", async () => {
    const key = await DpopKey.make();
    const token = await boundTo(key);
    expect(await refusalOf(await ask(token))).toEqual([401, "invalid_token"]);
    const { DPoP = "" } = await key.headers("GET", "/userinfo", token);
    const headers = { Authorization: `Bearer ${token}`, DPoP };
    expect(await refusalOf(await api("/userinfo", { headers }))).toEqual([401, "invalid_token"]);
    const alone = await api("/userinfo", { headers: { Authorization: `DPoP ${token}` } });
    expect(await dpopRefusalOf(alone)).toEqual([401, "invalid_dpop_proof"]);
  });

  it("rejects a bound access token with the proof of another key [RFC9449-4.3/16]", async () => {
    const [ours, theirs] = [await DpopKey.make(), await DpopKey.make()];
    const headers = await theirs.headers("GET", "/userinfo", await boundTo(ours));
    const answer = await api("/userinfo", { headers });
    expect(await dpopRefusalOf(answer)).toEqual([401, "invalid_token"]);
  });

  it("rejects a bound access token with a used proof", async () => {
    const key = await DpopKey.make();
    const headers = await key.headers("GET", "/userinfo", await boundTo(key));
    expect((await api("/userinfo", { headers })).status).toBe(200);
    const again = await api("/userinfo", { headers });
    expect(await dpopRefusalOf(again)).toEqual([401, "invalid_dpop_proof"]);
  });

  it.each<[string, (key: DpopKey, token: string) => Promise<string>]>([
    ["for another method", (key, token) => key.proof({ claims: { htm: "POST", htu: HTU } }, token)],
    ["for the token endpoint", (key, token) => key.proof({ claims: { htm: "GET" } }, token)],
    [
      "for another token [RFC9449-4.3/15]",
      (key) => key.proof({ claims: { htm: "GET", htu: HTU } }, "another"),
    ],
    ["for no token", (key) => key.proof({ claims: { htm: "GET", htu: HTU } })],
    ["that is none", () => Promise.resolve("x")],
    ["that is the token itself", (_, token) => Promise.resolve(token)],
  ])("rejects a bound access token with a proof %s", async (_, proof) => {
    const key = await DpopKey.make();
    const token = await boundTo(key);
    const headers = { Authorization: `DPoP ${token}`, DPoP: await proof(key, token) };
    const answer = await api("/userinfo", { headers });
    expect(await dpopRefusalOf(answer)).toEqual([401, "invalid_dpop_proof"]);
  });

  it("asks for a nonce if a bound access token has a proof that is too old", async () => {
    const key = await DpopKey.make();
    const token = await boundTo(key);
    const claims = { htm: "GET", htu: HTU, iat: Date.now() / 1000 - 120 };
    const headers = { Authorization: `DPoP ${token}`, DPoP: await key.proof({ claims }, token) };
    const answer = await api("/userinfo", { headers });
    expect(await dpopRefusalOf(answer)).toEqual([401, "use_dpop_nonce"]);
  });

  it("rejects an access token that is not bound with a proof", async () => {
    const headers = await (await DpopKey.make()).headers("GET", "/userinfo", await accessToken());
    const answer = await api("/userinfo", { headers });
    expect(await dpopRefusalOf(answer)).toEqual([401, "invalid_token"]);
  });
});

describe("a request without a valid access token", () => {
  it("answers a request without a token by 401 with the schemes and no error (RFC 6750 §3.1) [RFC6750-3]", async () => {
    expect(await refusalOf(await api("/userinfo"))).toEqual([401, undefined]);
    const headers = { Authorization: "Basic YTpi" };
    expect(await refusalOf(await api("/userinfo", { headers }))).toEqual([401, undefined]);
  });

  it("ignores an access token in the URL [RFC6750-2.2/2]", async () => {
    const token = await accessToken();
    const answer = await api(`/userinfo?access_token=${token}`);
    expect(await refusalOf(answer)).toEqual([400, "invalid_request"]);
    const both = await api(`/userinfo?access_token=${token}`, {
      headers: { Authorization: `Bearer ${token}` },
    });
    expect(await refusalOf(both)).toEqual([400, "invalid_request"]);
  });

  it("ignores an access token in the body [RFC6750-2.2]", async () => {
    const body = new URLSearchParams({ access_token: await accessToken() });
    const answer = await api("/userinfo", { method: "POST", body });
    expect(await refusalOf(answer)).toEqual([401, undefined]);
  });
});

describe("an invalid access token", () => {
  it.each(["", " ", "x", "a.b.c", "x".repeat(10_000)])(
    "rejects the access token %j",
    async (token) => {
      expect(await refusalOf(await ask(token))).toEqual([401, "invalid_token"]);
    },
  );

  it.each(["JWT", "register+jwt", "logout+jwt", "secevent+jwt"])(
    "rejects a JWT of ours of type %s with every claim of an access token [RFC9068-4]",
    async (typ) => {
      const token = await signOwnJwt(env, typ, claims(), 60_000);
      expect(await refusalOf(await ask(token))).toEqual([401, "invalid_token"]);
    },
  );

  it("rejects an access token for another audience [RFC6750-5.2/3]", async () => {
    const token = await accessToken({ aud: "https://api.example" });
    expect(await refusalOf(await ask(token))).toEqual([401, "invalid_token"]);
  });

  const signedBy = async (alg: string, key: CryptoKey | Uint8Array) => {
    const { kid } = await signingKey(env);
    const told = claims();
    await begin(told.sub, told.sid);
    return new SignJWT(told)
      .setProtectedHeader({ alg, typ: "at+jwt", kid })
      .setIssuer(ISSUER)
      .setAudience(ISSUER)
      .setIssuedAt()
      .setExpirationTime("1m")
      .sign(key);
  };

  it("accepts the token of this test if it is signed with our key", async () => {
    const { key } = await signingKey(env);
    expect((await ask(await signedBy("ES256", key))).status).toBe(200);
  });

  it("rejects an access token signed with another key [RFC6750-5.2]", async () => {
    const { privateKey } = await generateKeyPair("ES256");
    expect(await refusalOf(await ask(await signedBy("ES256", privateKey)))).toEqual([
      401,
      "invalid_token",
    ]);
  });

  it("rejects an access token signed with HS256 and our public key", async () => {
    const { jwks } = await publishedKeys(env);
    const secret = new TextEncoder().encode(JSON.stringify(jwks[0]));
    expect(await refusalOf(await ask(await signedBy("HS256", secret)))).toEqual([
      401,
      "invalid_token",
    ]);
  });

  it("rejects an unsigned access token (alg none) [RFC6750-5.2/2]", async () => {
    const { key } = await signingKey(env);
    const [, payload] = (await signedBy("ES256", key)).split(".");
    const header = base64url.encode(JSON.stringify({ alg: "none", typ: "at+jwt" }));
    expect(await refusalOf(await ask(`${header}.${payload}.`))).toEqual([401, "invalid_token"]);
  });
});

it.each(["PUT", "DELETE"])("answers %s /userinfo with 405", async (method) => {
  const answer = await api("/userinfo", { method });
  expect([answer.status, answer.headers.get("Allow")]).toEqual([405, "GET, POST"]);
});
