import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { decodeJwt } from "jose";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { accountStub } from "../../../../src/accounts/account-stub.ts";
import type { TokenResponse } from "../../../../src/oidc/token/tokens.ts";
import { problemOf, withClients } from "../../../support/api.ts";
import { RelyingParty } from "../../../support/relying-party.ts";
import { DpopKey } from "../../../support/dpop-key.ts";
import { restoreClock, setClock } from "../../../support/time.ts";

/** The operator's log. */
const warnings = vi.spyOn(console, "warn").mockImplementation(() => undefined);

beforeEach(() => warnings.mockClear());
afterEach(restoreClock);

/** SHA-256 of "s3cret". */
const SECRET_SHA256 = "1ec1c26b50d5d3c58d9583181af8076655fe00756bf7285940ba3670f99fcba0";
const worker = withClients(
  { client_id: "screen" },
  { client_id: "app" },
  { client_id: "shop", client_secret_sha256: SECRET_SHA256 },
);
const app = new RelyingParty(worker, "app");
const shop = new RelyingParty(worker, "shop", "s3cret");

type Tokens = TokenResponse & { refresh_token: string; id_token: string };

const ALL = "openid profile email offline_access";

/** The first tokens of a login. */
async function loggedIn(client = app, scope = ALL, headers: HeadersInit = {}, change = {}) {
  const { code } = await client.approvedCode({ scope, ...change });
  const answer = await client.redeem(code, headers);
  if (answer.status !== 200) throw new Error(`no tokens: ${await answer.text()}`);
  return await answer.json<Tokens>();
}

const tokensOf = async (answer: Response) => {
  expect(answer.status).toBe(200);
  return await answer.json<Tokens>();
};

const userinfo = (token: string) =>
  app.request("/userinfo", { headers: { Authorization: `Bearer ${token}` } });

describe("a refresh token", () => {
  it("issues a refresh token only for the scope offline_access [OIDC-CORE-11]", async () => {
    expect((await loggedIn()).refresh_token).toMatch(/^[\w-]+\.1\.[\w-]{43}\.[\w-]{43}$/);
    expect(await loggedIn(app, "openid profile")).not.toHaveProperty("refresh_token");
  });

  it("returns new tokens and the next refresh token", async () => {
    const first = await loggedIn();
    const answer = await app.refresh(first.refresh_token);
    expect(answer.headers.get("Cache-Control")).toBe("no-store");
    const second = await tokensOf(answer);
    expect(second).toMatchObject({ token_type: "Bearer", expires_in: 600, scope: ALL });
    expect(second.access_token).not.toBe(first.access_token);
    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect((await userinfo(second.access_token)).status).toBe(200);
    await tokensOf(await app.refresh(second.refresh_token));
  });

  it("repeats user and sign-in in the ID token of a refresh (OpenID Connect Core §12.2) [RFC9068-2.2.1]", async () => {
    const authTime = Date.now() - 100_000;
    const account = { sub: "ada", name: "Ada", authTime, amr: ["hwk"], acr: "urn:gold" };
    const { code } = await app.approvedCode({ scope: ALL, nonce: "once" }, account);
    const first = await tokensOf(await app.redeem(code));
    setClock(Date.now() + 300_000);
    const second = await tokensOf(await app.refresh(first.refresh_token));
    const [then, now] = [decodeJwt(first.id_token), decodeJwt(second.id_token)];
    expect(then["nonce"]).toBe("once");
    const { nonce: _, at_hash: __, iat, exp, ...same } = then;
    expect(now).toEqual({
      ...same,
      at_hash: expect.any(String),
      iat: expect.any(Number),
      exp: expect.any(Number),
    });
    expect(Number(now.iat) - Number(iat)).toBeGreaterThanOrEqual(299);
    expect(exp).toBeDefined();
  });

  it("narrows the scope of one refresh and restores it at the next [RFC6749-6/4]", async () => {
    const { refresh_token } = await loggedIn();
    const narrow = await tokensOf(await app.refresh(refresh_token, { scope: "profile" }));
    expect(narrow.scope).toBe("profile");
    expect(narrow).not.toHaveProperty("id_token");
    expect(decodeJwt(narrow.access_token)).toMatchObject({ scope: "profile" });
    expect((await userinfo(narrow.access_token)).status).toBe(403);
    expect((await tokensOf(await app.refresh(narrow.refresh_token))).scope).toBe(ALL);
  });

  it("rejects a wider scope at a refresh and keeps the token valid [RFC6749-6/3]", async () => {
    const { refresh_token } = await loggedIn(app, "openid offline_access");
    const wider = await app.refresh(refresh_token, { scope: "openid email" });
    expect(await problemOf(wider)).toEqual([400, "invalid_scope"]);
    await tokensOf(await app.refresh(refresh_token));
  });

  it("accepts a refresh token after its account was evicted", async () => {
    const { refresh_token } = await loggedIn();
    await evictDurableObject(accountStub(env, "ada"));
    await tokensOf(await app.refresh(refresh_token));
  });

  it("rejects a refresh token that was unused for too long [RFC9700-4.14.2]", async () => {
    const { refresh_token } = await loggedIn();
    setClock(Date.now() + 14 * 86_400_000 - 1000);
    const { refresh_token: next } = await tokensOf(await app.refresh(refresh_token));
    setClock(Date.now() + 14 * 86_400_000);
    expect(await problemOf(await app.refresh(next))).toEqual([400, "invalid_grant"]);
  });

  it("rejects a refresh token after the end of its login [ASVS-7.3.2]", async () => {
    let { refresh_token } = await loggedIn();
    const start = Date.now();
    for (let day = 10; day < 90; day += 10) {
      setClock(start + day * 86_400_000);
      ({ refresh_token } = await tokensOf(await app.refresh(refresh_token)));
    }
    setClock(start + 90 * 86_400_000);
    expect(await problemOf(await app.refresh(refresh_token))).toEqual([400, "invalid_grant"]);
  });
});

describe("a rejected refresh token", () => {
  it("rejects a refresh token issued to another client and keeps it valid [RFC6749-6/2]", async () => {
    const { refresh_token } = await loggedIn();
    expect(await problemOf(await shop.refresh(refresh_token))).toEqual([400, "invalid_grant"]);
    expect(warnings).toHaveBeenCalledOnce();
    await tokensOf(await app.refresh(refresh_token));
  });

  it("rejects a refresh by an unauthenticated client and keeps the token valid [RFC6749-6]", async () => {
    const { refresh_token } = await loggedIn(shop);
    const thief = new RelyingParty(worker, "shop");
    expect(await problemOf(await thief.refresh(refresh_token))).toEqual([401, "invalid_client"]);
    await tokensOf(await shop.refresh(refresh_token));
  });

  it("rejects a refresh token with a guessed secret without ending the login", async () => {
    const { refresh_token } = await loggedIn();
    const guess = refresh_token.slice(0, -43) + "x".repeat(43);
    expect(await problemOf(await app.refresh(guess))).toEqual([400, "invalid_grant"]);
    await tokensOf(await app.refresh(refresh_token));
  });

  it("rejects a refresh token of an unknown account", async () => {
    const { refresh_token } = await loggedIn();
    const [, ...rest] = refresh_token.split(".");
    const other = ["bm9ib2R5", ...rest].join(".");
    expect(await problemOf(await app.refresh(other))).toEqual([400, "invalid_grant"]);
  });

  it("rejects a refresh token after its code was reused", async () => {
    const { code } = await app.approvedCode({ scope: ALL });
    const { refresh_token } = await tokensOf(await app.redeem(code));
    setClock(Date.now() + 60_000);
    await app.redeem(code);
    expect(await problemOf(await app.refresh(refresh_token))).toEqual([400, "invalid_grant"]);
  });

  it.each(["access_token", "id_token"] as const)("when it is an %s", async (kind) => {
    const tokens = await loggedIn();
    expect(await problemOf(await app.refresh(tokens[kind]))).toEqual([400, "invalid_grant"]);
  });

  it("rejects a refresh token as an access token and as a code", async () => {
    const { refresh_token } = await loggedIn();
    expect((await userinfo(refresh_token)).status).toBe(401);
    expect(await problemOf(await app.redeem(refresh_token))).toEqual([400, "invalid_grant"]);
    await tokensOf(await app.refresh(refresh_token));
  });
});

describe("a refresh token of a public client that shows a key (RFC 9449 §5)", () => {
  it("accepts a bound refresh token only with its key [RFC9449-5/3]", async () => {
    const [key, other] = [await DpopKey.make(), await DpopKey.make()];
    const { refresh_token, token_type } = await loggedIn(app, ALL, { DPoP: await key.proof() });
    expect(token_type).toBe("DPoP");
    const without = await app.refresh(refresh_token);
    expect(await problemOf(without)).toEqual([400, "invalid_grant"]);
    const theirs = await app.refresh(refresh_token, {}, { DPoP: await other.proof() });
    expect(await problemOf(theirs)).toEqual([400, "invalid_grant"]);
    const ours = await tokensOf(await app.refresh(refresh_token, {}, { DPoP: await key.proof() }));
    expect(decodeJwt(ours.access_token)).toMatchObject({ cnf: { jkt: key.jkt } });
    expect(ours.token_type).toBe("DPoP");
  });

  it("binds a refresh token to the key of the first DPoP proof", async () => {
    const key = await DpopKey.make();
    const { refresh_token } = await loggedIn();
    const bound = await tokensOf(await app.refresh(refresh_token, {}, { DPoP: await key.proof() }));
    expect(await problemOf(await app.refresh(bound.refresh_token))).toEqual([400, "invalid_grant"]);
  });

  it("does not bind a confidential client's refresh token to a key", async () => {
    const [key, other] = [await DpopKey.make(), await DpopKey.make()];
    const first = await loggedIn(shop, ALL, { DPoP: await key.proof() });
    const headers = { DPoP: await other.proof() };
    const second = await tokensOf(await shop.refresh(first.refresh_token, {}, headers));
    expect(decodeJwt(second.access_token)).toMatchObject({ cnf: { jkt: other.jkt } });
  });
});

it("rejects malformed refresh requests and keeps the refresh token valid", async () => {
  const { refresh_token } = await loggedIn();
  const twice = new URLSearchParams({ grant_type: "refresh_token", client_id: "app" });
  twice.append("refresh_token", refresh_token);
  twice.append("refresh_token", refresh_token);
  const answer = await app.request("/token", { method: "POST", body: twice });
  expect(await problemOf(answer)).toEqual([400, "invalid_request"]);
  const none = await app.post("/token", { grant_type: "refresh_token" });
  expect(await problemOf(none)).toEqual([400, "invalid_request"]);
  const empty = await app.refresh("");
  expect(await problemOf(empty)).toEqual([400, "invalid_request"]);
  await tokensOf(await app.refresh(refresh_token));
});
