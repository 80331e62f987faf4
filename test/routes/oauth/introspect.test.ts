import { decodeJwt } from "jose";
import { afterEach, describe, expect, it } from "vitest";
import type { TokenResponse } from "../../../src/oidc/token/tokens.ts";
import { ISSUER, problemOf, withClients } from "../../support/api.ts";
import { RelyingParty } from "../../support/relying-party.ts";
import { DpopKey } from "../../support/dpop-key.ts";
import { restoreClock, setClock } from "../../support/time.ts";

afterEach(restoreClock);

/** SHA-256 of "s3cret". */
const client_secret_sha256 = "1ec1c26b50d5d3c58d9583181af8076655fe00756bf7285940ba3670f99fcba0";
const worker = withClients(
  { client_id: "app" },
  { client_id: "shop", client_secret_sha256 },
  { client_id: "other", client_secret_sha256 },
);
const app = new RelyingParty(worker, "app");
const shop = new RelyingParty(worker, "shop", "s3cret");
const other = new RelyingParty(worker, "other", "s3cret");

type Tokens = TokenResponse & { refresh_token: string; id_token: string };

async function loggedIn(client = shop, headers: HeadersInit = {}) {
  const { code, sessionId } = await client.approvedCode({ scope: "openid offline_access" });
  const tokens = await (await client.redeem(code, headers)).json<Tokens>();
  return { sessionId, tokens };
}

async function described(client: RelyingParty, token: string, form: object = {}): Promise<unknown> {
  const answer = await client.post("/introspect", { token, ...form });
  expect(answer.status).toBe(200);
  expect(answer.headers.get("Cache-Control")).toBe("no-store");
  return await answer.json();
}

describe("introspection of a client's own tokens", () => {
  it("returns the claims of an access token [RFC7662-2.2]", async () => {
    const { tokens, sessionId } = await loggedIn();
    const { iat, exp, jti } = decodeJwt(tokens.access_token);
    expect(await described(shop, tokens.access_token)).toEqual({
      active: true,
      token_type: "Bearer",
      scope: "openid offline_access",
      client_id: "shop",
      iss: ISSUER,
      aud: ISSUER,
      sub: "ada",
      sid: sessionId,
      iat,
      exp,
      jti,
    });
  });

  it("returns the key thumbprint of a bound access token (RFC 9449 §6.2) [RFC9449-6.1/2]", async () => {
    const key = await DpopKey.make();
    const { tokens } = await loggedIn(shop, { DPoP: await key.proof() });
    expect(await described(shop, tokens.access_token)).toMatchObject({
      active: true,
      token_type: "DPoP",
      cnf: { jkt: key.jkt },
    });
  });

  it("returns the claims of a refresh token without using it up [RFC7662-2.2/2]", async () => {
    const { tokens, sessionId } = await loggedIn();
    expect(await described(shop, tokens.refresh_token)).toEqual({
      active: true,
      scope: "openid offline_access",
      client_id: "shop",
      iss: ISSUER,
      sub: "ada",
      sid: sessionId,
      exp: expect.closeTo(Date.now() / 1000 + 14 * 86_400, -1),
    });
    expect((await shop.refresh(tokens.refresh_token)).status).toBe(200);
  });

  it.each(["access_token", "refresh_token", "nonsense"])(
    "finds the token in spite of a wrong token_type_hint: %s [RFC7662-2.1/5]",
    async (token_type_hint) => {
      const { tokens } = await loggedIn();
      for (const token of [tokens.access_token, tokens.refresh_token]) {
        expect(await described(shop, token, { token_type_hint })).toMatchObject({ active: true });
      }
    },
  );
});

describe("an inactive token", () => {
  const INACTIVE = { active: false };

  it("answers inactive for a token of another client [RFC7662-2.2/5]", async () => {
    const { tokens } = await loggedIn();
    expect(await described(other, tokens.access_token)).toEqual(INACTIVE);
    expect(await described(other, tokens.refresh_token)).toEqual(INACTIVE);
    const { tokens: theirs } = await loggedIn(app);
    expect(await described(shop, theirs.access_token)).toEqual(INACTIVE);
  });

  it("answers inactive for an expired token [RFC7662-2.2/3]", async () => {
    const { tokens } = await loggedIn();
    setClock(Date.now() + 601_000);
    expect(await described(shop, tokens.access_token)).toEqual(INACTIVE);
    setClock(Date.now() + 14 * 86_400_000);
    expect(await described(shop, tokens.refresh_token)).toEqual(INACTIVE);
  });

  it("answers inactive for a token of an ended login [RFC7662-2.2/4]", async () => {
    const { tokens } = await loggedIn();
    await shop.post("/revoke", { token: tokens.access_token });
    expect(await described(shop, tokens.access_token)).toEqual(INACTIVE);
    expect(await described(shop, tokens.refresh_token)).toEqual(INACTIVE);
  });

  it("answers inactive for a replaced refresh token without ending the login", async () => {
    const { tokens } = await loggedIn();
    const next = await (await shop.refresh(tokens.refresh_token)).json<Tokens>();
    // Its successor was not used, so a refresh with it would still succeed.
    expect(await described(shop, tokens.refresh_token)).toMatchObject({ active: true });
    const last = await (await shop.refresh(next.refresh_token)).json<Tokens>();
    expect(await described(shop, tokens.refresh_token)).toEqual(INACTIVE);
    expect(await described(shop, last.refresh_token)).toMatchObject({ active: true });
  });

  it("answers inactive for an ID token", async () => {
    const { tokens } = await loggedIn();
    expect(await described(shop, tokens.id_token)).toEqual(INACTIVE);
  });

  it.each(["x", "a.b.c", "x".repeat(5000)])(
    "answers inactive for a string that is no token (%#) [RFC7662-2.2/6]",
    async (token) => {
      expect(await described(shop, token)).toEqual(INACTIVE);
    },
  );
});

describe("a refused introspection", () => {
  it("refuses introspection to a public client, even of its own tokens [RFC7662-2.1/3]", async () => {
    const { tokens } = await loggedIn(app);
    const answer = await app.post("/introspect", { token: tokens.access_token });
    expect(await problemOf(answer)).toEqual([401, "invalid_client"]);
  });

  it.each<[string, Record<string, string>, number, string]>([
    ["without a client", { token: "x" }, 400, "invalid_request"],
    [
      "with a wrong secret [RFC7662-2.1/4]",
      { token: "x", client_id: "shop", client_secret: "x" },
      401,
      "invalid_client",
    ],
    [
      "by an unknown client [RFC7662-2.3]",
      { token: "x", client_id: "nobody" },
      401,
      "invalid_client",
    ],
    [
      "without a token [RFC7662-2.1/2]",
      { client_id: "shop", client_secret: "s3cret" },
      400,
      "invalid_request",
    ],
    [
      "of an empty token",
      { token: "", client_id: "shop", client_secret: "s3cret" },
      400,
      "invalid_request",
    ],
  ])("rejects introspection %s", async (_, form, status, error) => {
    const body = new URLSearchParams(form);
    const answer = await shop.request("/introspect", { method: "POST", body });
    expect(await problemOf(answer)).toEqual([status, error]);
  });

  it("refuses a malformed introspection request [RFC7662-2.1]", async () => {
    const good = "client_id=shop&client_secret=s3cret&token=x";
    const ask = (body: string, type = "application/x-www-form-urlencoded") =>
      shop.request("/introspect", { method: "POST", headers: { "Content-Type": type }, body });
    expect((await ask(good)).status).toBe(200);
    expect(await problemOf(await ask(`${good}&token=y`))).toEqual([400, "invalid_request"]);
    expect(await problemOf(await ask(good, "text/plain"))).toEqual([400, "invalid_request"]);
    expect(await problemOf(await ask(`${good}&x=${"x".repeat(8192)}`))).toEqual([
      400,
      "invalid_request",
    ]);
    const get = await shop.request(`/introspect?${good}`);
    expect(get.headers.get("Allow")).toBe("POST");
    expect(await problemOf(get)).toEqual([405, "method_not_allowed"]);
  });
});
