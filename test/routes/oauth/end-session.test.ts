import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { accountStub } from "../../../src/accounts/account-stub.ts";
import type { TokenResponse } from "../../../src/oidc/token/tokens.ts";
import { signOwnJwt } from "../../../src/oidc/keys/jwt.ts";
import { problemOf, withClients } from "../../support/api.ts";
import { RelyingParty } from "../../support/relying-party.ts";
import { SHOP } from "../../support/authorization.ts";

const OUT = "https://shop.example/out";
const shop = new RelyingParty(
  withClients(SHOP, { ...SHOP, client_id: "other" }, { client_id: "third" }),
  "shop",
);

/** As HTML. */
const BACK = "Back to The &lt;/script&gt; &amp; Shop";

/** The link on a page of this server. */
async function linkOf(page: Response): Promise<{ href: string; text: string } | undefined> {
  const html = await page.text();
  const [, href, text] = /<a [^>]*href="([^"]*)"[^>]*>([^<]*)<\/a>/.exec(html) ?? [];
  return href === undefined || text === undefined ? undefined : { href, text };
}

/** A completed login: its ID token, and whether its tokens are still valid. */
async function loggedIn() {
  const { code, sessionId } = await shop.approvedCode({ scope: "openid" });
  const { id_token = "", access_token } = await (await shop.redeem(code)).json<TokenResponse>();
  const isGood = async () => {
    const headers = { Authorization: `Bearer ${access_token}` };
    return (await shop.request("/userinfo", { headers })).ok;
  };
  expect(await isGood()).toBe(true);
  return { hint: id_token, access_token, sessionId, isGood };
}

const leave = (parameters: Record<string, string>, init: RequestInit = {}) =>
  shop.request(`/end_session?${new URLSearchParams(parameters).toString()}`, init);
const post = (parameters: Record<string, string>) =>
  shop.request("/end_session", { method: "POST", body: new URLSearchParams(parameters) });

describe("a logout with an ID token of ours", () => {
  it.each([
    ["GET", leave],
    ["POST", post],
  ])("ends the login by %s and redirects to the client [RP-LOGOUT-2]", async (_, send) => {
    const { hint, isGood } = await loggedIn();
    const answer = await send({
      id_token_hint: hint,
      client_id: "shop",
      post_logout_redirect_uri: OUT,
      state: "s",
    });
    expect([answer.status, answer.headers.get("Location")]).toEqual([303, `${OUT}?state=s`]);
    expect(await isGood()).toBe(false);
  });

  it.each([
    { "Sec-Purpose": "prefetch" },
    { "Sec-Purpose": "prefetch;prerender" },
    { "Sec-Purpose": "prefetch;anonymous-client-ip" },
    { Purpose: "prefetch" },
    { "X-Purpose": "preview" },
    { "X-Moz": "prefetch" },
  ])("ends no login for a prefetch or prerender request: %j [ASVS-3.5.3/2]", async (headers) => {
    const { hint, isGood } = await loggedIn();
    const parameters = { id_token_hint: hint, post_logout_redirect_uri: OUT };
    const answer = await leave(parameters, { headers: headers as Record<string, string> });
    expect([answer.status, answer.headers.get("Location")]).toEqual([503, null]);
    expect(answer.headers.get("Retry-After")).not.toBeNull();
    expect(await isGood()).toBe(true);
    // The browser repeats the request when the user navigates.
    expect((await leave(parameters)).headers.get("Location")).toBe(OUT);
    expect(await isGood()).toBe(false);
  });

  it("ends only the login that the ID token names", async () => {
    const [one, two] = [await loggedIn(), await loggedIn()];
    const answer = await leave({ id_token_hint: one.hint });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain("You are logged out");
    expect([await one.isGood(), await two.isGood()]).toEqual([false, true]);
  });

  it("answers a repeated logout like the first one", async () => {
    const { hint } = await loggedIn();
    for (const _ of [1, 2]) {
      const answer = await leave({ id_token_hint: hint, post_logout_redirect_uri: OUT });
      expect(answer.headers.get("Location")).toBe(OUT);
    }
  });

  it("ends the login with an expired ID token as hint [RP-LOGOUT-2/3]", async () => {
    const { sessionId, isGood } = await loggedIn();
    const hint = await signOwnJwt(env, "JWT", { aud: "shop", sub: "ada", sid: sessionId }, -60_000);
    await (await leave({ id_token_hint: hint })).body?.cancel();
    expect(await isGood()).toBe(false);
  });
});

describe("an invalid logout request", () => {
  it.each<[string, (hint: string) => Record<string, string>]>([
    ["another client", (hint) => ({ id_token_hint: hint, client_id: "other" })],
    [
      "a token that was changed [RP-LOGOUT-2/2]",
      (hint) => ({ id_token_hint: `${hint.slice(0, -5)}AAAAA`, post_logout_redirect_uri: OUT }),
    ],
    ["no token at all", () => ({ id_token_hint: "x", post_logout_redirect_uri: OUT })],
  ])("ends no login and redirects nowhere for %s", async (_, parameters) => {
    const { hint, isGood } = await loggedIn();
    const answer = await leave(parameters(hint));
    expect([answer.status, answer.headers.has("Location")]).toEqual([400, false]);
    expect(await answer.text()).toContain("Nobody was logged out");
    expect(await isGood()).toBe(true);
  });

  it.each([
    ["one that isn't registered [RP-LOGOUT-3]", `${OUT}/`],
    ["another site's [RFC9700-2.1/4]", "https://evil.example/"],
  ])("ends the login and redirects nowhere for an address, %s", async (_, address) => {
    const { hint, isGood } = await loggedIn();
    const answer = await leave({ id_token_hint: hint, post_logout_redirect_uri: address });
    expect([answer.status, answer.headers.has("Location")]).toEqual([400, false]);
    const html = await answer.text();
    expect(html).toContain("You are logged out");
    expect(html).toContain("post_logout_redirect_uri is not one of the client's");
    expect(html).not.toContain(address);
    expect(await isGood()).toBe(false);
  });

  it("leads back to the client from the page about a hint that is not valid", async () => {
    const answer = await leave({
      id_token_hint: "x",
      client_id: "shop",
      post_logout_redirect_uri: OUT,
    });
    expect(answer.status).toBe(400);
    expect(await linkOf(answer)).toEqual({ href: OUT, text: BACK });
  });

  it("refuses another JWT of ours as an ID token hint [RFC9068-5/2]", async () => {
    const { access_token, sessionId, isGood } = await loggedIn();
    const claims = { aud: "shop", sub: "ada", sid: sessionId };
    for (const hint of [access_token, await signOwnJwt(env, "logout+jwt", claims, 60_000)]) {
      const answer = await leave({ id_token_hint: hint });
      expect(answer.status).toBe(400);
      await answer.body?.cancel();
    }
    expect(await isGood()).toBe(true);
  });

  it("rejects an id_token_hint with alg none or an unknown key", async () => {
    const { sessionId, isGood } = await loggedIn();
    const part = (value: object) =>
      btoa(JSON.stringify(value)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
    const claims = part({ iss: "http://localhost:8787", aud: "shop", sub: "ada", sid: sessionId });
    for (const alg of ["none", "HS256", "ES256"]) {
      const hint = `${part({ alg, typ: "JWT" })}.${claims}.${alg === "none" ? "" : "AAAA"}`;
      const answer = await leave({ id_token_hint: hint });
      expect(answer.status).toBe(400);
      await answer.body?.cancel();
    }
    expect(await isGood()).toBe(true);
  });

  it("ends nothing for a logout without a hint and says so [RP-LOGOUT-2/5]", async () => {
    const { isGood } = await loggedIn();
    for (const parameters of [{}, { client_id: "shop", post_logout_redirect_uri: OUT }]) {
      const answer = await leave(parameters);
      expect([answer.status, answer.headers.has("Location")]).toEqual([200, false]);
      expect(await answer.text()).toContain("You are not logged in here");
    }
    expect(await isGood()).toBe(true);
  });

  it.each([
    ["GET", leave],
    ["POST", post],
  ])(
    "leads back to the client from a logout without a hint by %s [RP-LOGOUT-2/7]",
    async (_, send) => {
      const answer = await send({
        client_id: "shop",
        post_logout_redirect_uri: OUT,
        state: 'a&"b',
      });
      expect([answer.status, answer.headers.has("Location")]).toEqual([200, false]);
      expect(await linkOf(answer)).toEqual({ href: `${OUT}?state=a%26%22b`, text: BACK });
    },
  );

  it.each<[string, Record<string, string>]>([
    [
      "an address that isn't registered",
      { client_id: "shop", post_logout_redirect_uri: `${OUT}/` },
    ],
    ["the address of another client", { client_id: "third", post_logout_redirect_uri: OUT }],
    ["an unknown client", { client_id: "nobody", post_logout_redirect_uri: OUT }],
    ["no client", { post_logout_redirect_uri: OUT }],
    ["no address", { client_id: "shop" }],
    ["nothing", {}],
  ])("has no link on the page of a logout without a hint for %s", async (_, parameters) => {
    const answer = await leave(parameters);
    expect(answer.status).toBe(200);
    expect(await linkOf(answer)).toBeUndefined();
  });

  it.each([
    ["de", "Zurück zu "],
    ["fr", "Retour à "],
  ])("names the link back to the client in the language %s", async (language, text) => {
    const parameters = { client_id: "shop", post_logout_redirect_uri: OUT };
    const answer = await leave(parameters, { headers: { "Accept-Language": language } });
    expect((await linkOf(answer))?.text).toContain(text);
  });

  it("refuses a repeated hint, a body that is no form and a HEAD request [RP-LOGOUT-4]", async () => {
    const { hint, isGood } = await loggedIn();
    const twice = await shop.request(`/end_session?id_token_hint=${hint}&id_token_hint=${hint}`);
    expect(twice.status).toBe(400);
    await twice.body?.cancel();
    const json = await shop.request("/end_session", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ id_token_hint: hint }),
    });
    expect(json.status).toBe(400);
    await json.body?.cancel();
    await leave({ id_token_hint: hint }, { method: "HEAD" });
    expect(await isGood()).toBe(true);
  });

  it("answers other methods of /end_session with 405", async () => {
    const answer = await leave({}, { method: "DELETE" });
    expect(answer.headers.get("Allow")).toBe("GET, POST");
    expect(await problemOf(answer)).toEqual([405, "method_not_allowed"]);
  });
});

it("creates no account for a logout of an unknown user", async () => {
  const hint = await signOwnJwt(env, "JWT", { aud: "shop", sub: "nobody", sid: "x" }, 60_000);
  const answer = await leave({ id_token_hint: hint });
  expect(answer.status).toBe(200);
  await answer.body?.cancel();
  expect(await accountStub(env, "nobody").isLoggedIn("x")).toBe(false);
});
