import { afterEach, describe, expect, it } from "vitest";
import type { TokenResponse } from "../../../src/oidc/token/tokens.ts";
import { problemOf, withClients } from "../../support/api.ts";
import { RelyingParty } from "../../support/relying-party.ts";
import { restoreClock, setClock } from "../../support/time.ts";

afterEach(restoreClock);

/** SHA-256 of "s3cret". */
const client_secret_sha256 = "1ec1c26b50d5d3c58d9583181af8076655fe00756bf7285940ba3670f99fcba0";
const worker = withClients({ client_id: "app" }, { client_id: "shop", client_secret_sha256 });
const app = new RelyingParty(worker, "app");
const shop = new RelyingParty(worker, "shop", "s3cret");

type Tokens = TokenResponse & { refresh_token: string; id_token: string };

async function loggedIn(client = app): Promise<Tokens> {
  const { code } = await client.approvedCode({ scope: "openid offline_access" });
  return await (await client.redeem(code)).json<Tokens>();
}

/** Whether a login's access token and refresh token are accepted. */
async function areGood(client: RelyingParty, tokens: Tokens): Promise<[boolean, boolean]> {
  const headers = { Authorization: `Bearer ${tokens.access_token}` };
  const userinfo = await client.request("/userinfo", { headers });
  const refreshed = await client.refresh(tokens.refresh_token);
  return [userinfo.ok, refreshed.ok];
}

describe("revocation", () => {
  it.each(["access_token", "refresh_token"] as const)(
    "ends the login when its %s is revoked [RFC7009-2]",
    async (kind) => {
      const [tokens, others] = [await loggedIn(), await loggedIn()];
      const answer = await app.post("/revoke", { token: tokens[kind] });
      expect(answer.status).toBe(200);
      // Libraries such as simple-oauth2 parse every answer as JSON.
      expect(answer.headers.get("Content-Type")).toBe("application/json");
      expect(await answer.json()).toEqual({});
      expect(answer.headers.get("Cache-Control")).toBe("no-store");
      expect(await areGood(app, tokens)).toEqual([false, false]);
      expect(await areGood(app, others)).toEqual([true, true]);
    },
  );

  it.each(["access_token", "refresh_token", "nonsense"])(
    "revokes a token in spite of a wrong token_type_hint: %s [RFC7009-2.1/4]",
    async (token_type_hint) => {
      const tokens = await loggedIn();
      await app.post("/revoke", { token: tokens.refresh_token, token_type_hint });
      expect(await areGood(app, tokens)).toEqual([false, false]);
    },
  );

  it("revokes for an authenticated client [RFC7009-2.1]", async () => {
    const tokens = await loggedIn(shop);
    const thief = new RelyingParty(worker, "shop");
    const refused = await thief.post("/revoke", { token: tokens.refresh_token });
    expect(await problemOf(refused)).toEqual([401, "invalid_client"]);
    expect((await shop.post("/revoke", { token: tokens.refresh_token })).status).toBe(200);
    expect(await areGood(shop, tokens)).toEqual([false, false]);
  });

  it("accepts a second revocation of the same token", async () => {
    const { refresh_token: token } = await loggedIn();
    for (let i = 0; i < 2; i++) expect((await app.post("/revoke", { token })).status).toBe(200);
  });

  it("ends the login when a replaced refresh token is revoked [RFC7009-2/2]", async () => {
    const first = await loggedIn();
    const next = async (token: string) => await (await app.refresh(token)).json<Tokens>();
    const second = await next(first.refresh_token);
    const third = await next(second.refresh_token);
    for (const token of [second.refresh_token, first.refresh_token]) {
      expect((await app.post("/revoke", { token })).status).toBe(200);
      expect(await areGood(app, third)).toEqual([false, false]);
    }
    const other = await loggedIn();
    const [a, b] = [await next(other.refresh_token), await loggedIn()];
    await app.post("/revoke", { token: other.refresh_token });
    expect(await areGood(app, a)).toEqual([false, false]);
    expect(await areGood(app, b)).toEqual([true, true]);
  });

  it.each(["x", "a.b.c", "x".repeat(5000)])(
    "answers 200 to the revocation of a string that is no token (%#) [RFC7009-2.2]",
    async (token) => {
      expect((await app.post("/revoke", { token })).status).toBe(200);
    },
  );

  it("answers 200 for the revocation of an expired token", async () => {
    const tokens = await loggedIn();
    setClock(Date.now() + 601_000);
    expect((await app.post("/revoke", { token: tokens.access_token })).status).toBe(200);
    expect(await areGood(app, tokens)).toEqual([false, true]);
  });

  it("answers 200 for the revocation of an ID token", async () => {
    const tokens = await loggedIn();
    expect((await app.post("/revoke", { token: tokens.id_token })).status).toBe(200);
    expect(await areGood(app, tokens)).toEqual([true, true]);
  });
});

describe("a refused revocation", () => {
  it.each(["access_token", "refresh_token"] as const)(
    "revokes nothing for a client with another client's %s [RFC7009-2.1/3]",
    async (kind) => {
      const tokens = await loggedIn();
      const answer = await shop.post("/revoke", { token: tokens[kind] });
      expect(await problemOf(answer)).toEqual([400, "invalid_grant"]);
      expect(await areGood(app, tokens)).toEqual([true, true]);
    },
  );

  it.each<[string, (token: string) => string, number, string]>([
    ["without a client", (token) => `token=${token}`, 400, "invalid_request"],
    ["for an unknown client", (token) => `client_id=x&token=${token}`, 401, "invalid_client"],
    [
      "for a client that sends a secret it doesn't have [RFC7009-2.1/2]",
      (token) => `client_id=app&client_secret=x&token=${token}`,
      401,
      "invalid_client",
    ],
    ["without a token [RFC7009-2.2.1]", () => "client_id=app", 400, "invalid_request"],
    [
      "for a repeated token [RFC7009-2.2.1/2]",
      (token) => `client_id=app&token=${token}&token=${token}`,
      400,
      "invalid_request",
    ],
    [
      "by a body that is too large",
      (token) => `client_id=app&token=${token}&x=${"x".repeat(8192)}`,
      400,
      "invalid_request",
    ],
  ])("revokes nothing %s", async (_, body, status, error) => {
    const tokens = await loggedIn();
    const headers = { "Content-Type": "application/x-www-form-urlencoded" };
    const init = { method: "POST", headers, body: body(tokens.refresh_token) };
    expect(await problemOf(await app.request("/revoke", init))).toEqual([status, error]);
    expect(await areGood(app, tokens)).toEqual([true, true]);
  });

  it("answers GET /revoke with 405", async () => {
    const tokens = await loggedIn();
    const answer = await app.request(`/revoke?client_id=app&token=${tokens.refresh_token}`);
    expect(answer.headers.get("Allow")).toBe("POST");
    expect(await problemOf(answer)).toEqual([405, "method_not_allowed"]);
    expect(await areGood(app, tokens)).toEqual([true, true]);
  });
});
