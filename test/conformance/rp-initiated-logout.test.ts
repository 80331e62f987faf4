import { base64url, CompactSign, decodeProtectedHeader } from "jose";
import { describe, expect, it, vi } from "vitest";
import { signingKey } from "../../src/oidc/keys/signing-key-cache.ts";
import type { TokenResponse } from "../../src/oidc/token/tokens.ts";
import { withClients } from "../support/api.ts";
import { RelyingParty } from "../support/relying-party.ts";
import { REQUEST, SHOP } from "../support/authorization.ts";

// Refused requests are logged.
vi.spyOn(console, "warn").mockImplementation(() => undefined);

/**
 * The modules of the OpenID Foundation's test plan for RP-Initiated Logout, over HTTP. Each request
 * is sent by GET and by POST (RP-Initiated Logout §2).
 */

const OUT = "https://shop.example/out";
const shop = new RelyingParty(withClients(SHOP, { ...SHOP, client_id: "other" }), "shop");

/** A completed login: its ID token, and whether it is still active. */
async function loggedIn() {
  const { code, sessionId } = await shop.approvedCode({ scope: "openid" });
  const { id_token = "", access_token } = await (await shop.redeem(code)).json<TokenResponse>();
  const isActive = async () => {
    const headers = { Authorization: `Bearer ${access_token}` };
    return (await shop.request("/userinfo", { headers })).ok;
  };
  return { hint: id_token, sessionId, isActive };
}

type Send = (parameters: Record<string, string>) => Promise<Response>;

const get: Send = (parameters) =>
  shop.request(`/end_session?${new URLSearchParams(parameters).toString()}`);
const post: Send = (parameters) =>
  shop.request("/end_session", { method: "POST", body: new URLSearchParams(parameters) });

/** The heading of a page that the browser shows; fails for a redirect. */
async function headingOf(page: Response): Promise<string | undefined> {
  expect(page.headers.has("Location")).toBe(false);
  expect(page.headers.get("Content-Type")).toContain("text/html");
  return /<h1>(.*?)<\/h1>/.exec(await page.text())?.[1];
}

/** The same ID token with other parts. */
async function changed(
  hint: string,
  { header, payload }: { header?: object; payload?: string },
): Promise<string> {
  const [oldHeader = "", oldPayload = "", signature = ""] = hint.split(".");
  return [
    header ? base64url.encode(JSON.stringify(header)) : oldHeader,
    payload === undefined ? oldPayload : base64url.encode(payload),
    signature,
  ].join(".");
}

/** Any payload, signed as an ID token of the client. */
async function signed(payload: string): Promise<string> {
  const { kid, key } = await signingKey(shop.worker, "RS256");
  return await new CompactSign(new TextEncoder().encode(payload))
    .setProtectedHeader({ alg: "RS256", typ: "JWT", kid })
    .sign(key);
}

describe.each<[string, Send]>([
  ["GET", get],
  ["POST", post],
])("a logout by %s", (_, send) => {
  it("oidcc-rp-initiated-logout: ends the login, returns to the address with the state, and prompt=none fails then", async () => {
    const { hint, isActive } = await loggedIn();
    expect(await isActive()).toBe(true);
    const answer = await send({
      id_token_hint: hint,
      post_logout_redirect_uri: OUT,
      state: "af0ifjsldkj",
    });
    expect([answer.status, answer.headers.get("Location")]).toEqual([
      303,
      `${OUT}?state=af0ifjsldkj`,
    ]);
    expect(await isActive()).toBe(false);
    const query = new URLSearchParams({ ...REQUEST, prompt: "none" });
    const silent = await shop.request(`/authorize?${query.toString()}`);
    expect(silent.headers.get("Location")).toContain("error=login_required");
  });

  it("oidcc-rp-initiated-logout-no-state: returns to the address without a state", async () => {
    const { hint, isActive } = await loggedIn();
    const answer = await send({ id_token_hint: hint, post_logout_redirect_uri: OUT });
    expect(answer.headers.get("Location")).toBe(OUT);
    expect(await isActive()).toBe(false);
  });

  it("oidcc-rp-initiated-logout-no-post-logout-redirect-uri: ends the login and says so on a page", async () => {
    const { hint, isActive } = await loggedIn();
    const answer = await send({ id_token_hint: hint, state: "s" });
    expect(answer.status).toBe(200);
    expect(await headingOf(answer)).toBe("You are logged out");
    expect(await isActive()).toBe(false);
  });

  it.each([
    ["oidcc-rp-initiated-logout-bad-post-logout-redirect-uri", "https://shop.example/elsewhere"],
    ["oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri", `${OUT}?foo=bar`],
  ])("%s: ends the login, shows a page and does not redirect", async (_module, address) => {
    const { hint, isActive } = await loggedIn();
    const answer = await send({
      id_token_hint: hint,
      post_logout_redirect_uri: address,
      state: "s",
    });
    expect(answer.status).toBe(400);
    expect(await headingOf(answer)).toBe("You are logged out");
    expect(await isActive()).toBe(false);
  });

  it("oidcc-rp-initiated-logout-no-id-token-hint: ends no login, shows a page and does not redirect", async () => {
    const { isActive } = await loggedIn();
    for (const client of [{}, { client_id: "shop" }]) {
      const answer = await send({ ...client, post_logout_redirect_uri: OUT, state: "s" });
      expect(answer.status).toBe(200);
      expect(await headingOf(answer)).toBe("You are not logged in here");
    }
    expect(await isActive()).toBe(true);
  });

  it.each([
    ["oidcc-rp-initiated-logout-no-params", {}],
    ["oidcc-rp-initiated-logout-only-state", { state: "s" }],
  ])("%s: shows a page that says what is logged out", async (_module, parameters) => {
    const answer = await send(parameters);
    expect(answer.status).toBe(200);
    // This browser has no session here.
    expect(await headingOf(answer)).toBe("You are not logged in here");
  });

  it.each<[string, (hint: string) => string | Promise<string>]>([
    ["another text", () => "not an ID token"],
    ["changed claims", (hint) => changed(hint, { payload: '{"sub":"eve"}' })],
    ["a changed signature", (hint) => `${hint.slice(0, -8)}AAAAAAAA`],
    ["no signature", (hint) => hint.slice(0, hint.lastIndexOf(".") + 1)],
    ["claims that are a string", () => signed('"ada"')],
    ["claims that are a list", () => signed('[{"sub":"ada"}]')],
    ["claims that are null", () => signed("null")],
    ["claims that are no JSON", () => signed("ada")],
    ["claims that are empty", () => signed("{}")],
  ])(
    "oidcc-rp-initiated-logout-bad-id-token-hint: ends no login, shows a page and does not redirect for %s",
    async (_case, bad) => {
      const { hint, isActive } = await loggedIn();
      const answer = await send({
        id_token_hint: await bad(hint),
        client_id: "shop",
        post_logout_redirect_uri: OUT,
      });
      expect(answer.status).toBe(400);
      expect(await headingOf(answer)).toBe("Nobody was logged out");
      expect(await isActive()).toBe(true);
    },
  );

  it.each(["none", "None", "NONE", "HS256", "ES256", "EdDSA", "PS256", "RS512"])(
    "oidcc-rp-initiated-logout-modified-id-token-hint: ends no login for a hint whose header names %s",
    async (alg) => {
      const { hint, isActive } = await loggedIn();
      const header = { ...decodeProtectedHeader(hint), alg };
      const modified = await changed(hint, { header });
      const unsigned = `${modified.slice(0, modified.lastIndexOf("."))}.`;
      for (const bad of [modified, unsigned]) {
        const answer = await send({ id_token_hint: bad, post_logout_redirect_uri: OUT });
        expect(answer.status).toBe(400);
        expect(await headingOf(answer)).toBe("Nobody was logged out");
      }
      expect(await isActive()).toBe(true);
    },
  );

  it("ends no login for a client_id that is not the client of the hint", async () => {
    const { hint, isActive } = await loggedIn();
    for (const client_id of ["other", "nobody"]) {
      const answer = await send({ id_token_hint: hint, client_id, post_logout_redirect_uri: OUT });
      expect(answer.status).toBe(400);
      expect(await headingOf(answer)).toBe("Nobody was logged out");
    }
    expect(await isActive()).toBe(true);
  });
});
