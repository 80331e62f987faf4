import { decodeJwt } from "jose";
import { describe, expect, it, vi } from "vitest";
import type { AuthenticatedUser } from "../../../src/login-session/domain/authenticated-user.ts";
import type { TokenResponse } from "../../../src/oidc/token/tokens.ts";
import { VERIFIER, withClients, withConfig } from "../../support/api.ts";
import { approveLogin, CALLBACK, openLogin, REQUEST, SHOP } from "../../support/authorization.ts";
import { TestIssuer } from "../../support/issuer.ts";
import { RelyingParty } from "../../support/relying-party.ts";
import { TestPhone } from "../../support/test-phone.ts";
import { TestScreen } from "../../support/test-screen.ts";
import { api, redeem } from "../../support/api.ts";

// Rejected codes are logged.
vi.spyOn(console, "warn").mockImplementation(() => undefined);

/** The `claims` parameter (OpenID Connect Core §5.5), from the request to the tokens. */

const shop = new RelyingParty(withClients(SHOP), "shop");

const ADA: AuthenticatedUser = {
  sub: "ada",
  name: "Ada Lovelace",
  email: "ada@example.com",
  emailVerified: false,
  authTime: Date.now() - 60_000,
  amr: ["hwk", "user"],
  acr: "urn:example:gold",
};

async function logIn(request: object, account = ADA) {
  const { code = "" } = await approveLogin(shop, await openLogin(shop, request), account);
  const grant = { grant_type: "authorization_code", code, code_verifier: VERIFIER };
  const answer = await shop.post("/token", { ...grant, redirect_uri: CALLBACK });
  expect(answer.status).toBe(200);
  return await received(await answer.json<TokenResponse>());
}

/** The claims of the tokens, and what /userinfo returns. */
async function received(tokens: TokenResponse) {
  const headers = { Authorization: `Bearer ${tokens.access_token}` };
  const info = await (await shop.request("/userinfo", { headers })).json<Record<string, unknown>>();
  return { tokens, idToken: decodeJwt(tokens.id_token ?? ""), info };
}

const claims = (value: object) => ({ claims: JSON.stringify(value) });

async function errorOf(change: object, worker = shop.worker) {
  const query = new URLSearchParams({ ...REQUEST, ...change });
  const client = new RelyingParty(worker, "shop");
  const answer = await client.request(`/authorize?${query.toString()}`);
  const location = answer.headers.get("Location");
  return location === null ? undefined : new URL(location).searchParams.get("error");
}

describe("a login with claims", () => {
  it("has in each place exactly the personal data that is asked for there [OIDC-CORE-5.5/5]", async () => {
    const asked = { id_token: { email: null }, userinfo: { name: { essential: true } } };
    const { idToken, info, tokens } = await logIn(claims(asked));
    expect(info).toEqual({ sub: "ada", name: "Ada Lovelace" });
    expect(idToken).toMatchObject({ email: "ada@example.com" });
    expect(idToken).not.toHaveProperty("name");
    expect(idToken).not.toHaveProperty("email_verified");
    expect(decodeJwt(tokens.access_token)).not.toHaveProperty("email");
  });

  it("returns how the person authenticated at /userinfo if it is asked for there", async () => {
    const asked = { userinfo: { auth_time: { essential: true }, acr: null } };
    const { info } = await logIn(claims(asked));
    const auth_time = Math.floor((ADA.authTime ?? 0) / 1000);
    expect(info).toEqual({ sub: "ada", auth_time, acr: "urn:example:gold" });
    expect((await logIn({})).info).toEqual({ sub: "ada" });
  });

  it("logs in with the claims that @azure/msal-browser sends", async () => {
    const asked = { id_token: { signin_state: { essential: false }, xms_cc: { values: ["CP1"] } } };
    const { idToken } = await logIn({ ...claims(asked), response_mode: "fragment" });
    expect(idToken.sub).toBe("ada");
    expect(idToken).not.toHaveProperty("signin_state");
  });

  it("has the same claims after a refresh", async () => {
    const asked = { id_token: { name: null }, userinfo: { email: null } };
    const { tokens } = await logIn({ ...claims(asked), scope: "openid offline_access" });
    const answer = await shop.refresh(tokens.refresh_token ?? "");
    const { idToken, info } = await received(await answer.json<TokenResponse>());
    expect(idToken["name"]).toBe("Ada Lovelace");
    expect(info).toEqual({ sub: "ada", email: "ada@example.com" });
  });

  it("uses the claims of a pushed request", async () => {
    const { client_id: _, ...pushed } = { ...REQUEST, ...claims({ id_token: { name: null } }) };
    const answer = await shop.post("/par", pushed);
    const { request_uri } = await answer.json<{ request_uri: string }>();
    const login = await openLogin(shop, { request_uri });
    expect(login.request).toMatchObject({ claims: pushed.claims });
  });
});

describe("what the phone shows of claims", () => {
  it.each([
    [{ id_token: { name: null } }, ["sub", "name"]],
    [{ userinfo: { name: { essential: true } } }, ["sub", "name"]],
    [{ id_token: { email: null, phone_number: null } }, ["sub"]],
  ])("is what the client receives for %j [ATTACK-vague-consent/4]", async (asked, shown) => {
    const ada = await TestPhone.signUp("Ada Lovelace");
    const { request } = await ada.scan(await TestScreen.begin(claims(asked)));
    expect(request?.consent.claims).toEqual(shown);
    const code = await ada.approvedCode(await TestScreen.begin(claims(asked)));
    const tokens = await (await redeem(code)).json<TokenResponse>();
    const headers = { Authorization: `Bearer ${tokens.access_token}` };
    const info = await (await api("/userinfo", { headers })).json<object>();
    const { sub, name, email } = {
      ...info,
      ...decodeJwt<Record<string, unknown>>(tokens.id_token ?? ""),
    };
    const given = Object.entries({ sub, name, email }).filter(([, value]) => value !== undefined);
    expect(given.map(([claim]) => claim)).toEqual(shown);
  });
});

describe("claims that limit who can log in", () => {
  it("logs in nobody but the person whose sub is asked for [OIDC-CORE-5.5.1]", async () => {
    const only = claims({ id_token: { sub: { value: "ada" } } });
    expect((await logIn(only)).idToken.sub).toBe("ada");
    await expect(logIn(only, { sub: "eve" })).rejects.toThrow("wrong_account");
    const either = claims({ userinfo: { sub: { values: ["ada", "bob"] } } });
    expect((await logIn(either)).idToken.sub).toBe("ada");
    await expect(logIn(either, { sub: "eve" })).rejects.toThrow("wrong_account");
  });

  it("refuses a sub that nobody can have, or another one than that of id_token_hint", async () => {
    const { tokens } = await logIn({});
    const hint = { id_token_hint: tokens.id_token ?? "" };
    const bob = claims({ id_token: { sub: { value: "bob" } } });
    expect(await errorOf({ ...bob, ...hint })).toBe("invalid_request");
    expect(await errorOf(claims({ id_token: { sub: { value: 7 } } }))).toBe("invalid_request");
    const several = claims({ id_token: { sub: { values: ["bob", "ada"] } } });
    expect((await logIn({ ...several, ...hint })).idToken.sub).toBe("ada");
  });

  it("refuses an essential acr that no account here has [OIDC-CORE-5.5.1.1/2]", async () => {
    const acr = (asked: object) => errorOf(claims({ id_token: { acr: asked } }));
    expect(await acr({ essential: true, values: ["urn:example:gold"] })).toBe(
      "unmet_authentication_requirements",
    );
    expect(await acr({ values: ["urn:example:gold"] })).toBeUndefined();
    expect(await acr({ essential: true })).toBeUndefined();
  });

  it("logs in only with the essential acr where an issuer may give one [OIDC-CORE-5.5.1.1]", async () => {
    const { trusted } = await TestIssuer.start();
    const worker = { ...withClients(SHOP), ...pick(withConfig({ ISSUERS: [trusted] })) };
    const client = new RelyingParty(worker, "shop");
    const request = claims({
      id_token: { acr: { essential: true, values: ["urn:example:gold", "urn:example:silver"] } },
    });
    const approved = await approveLogin(client, await openLogin(client, request), ADA);
    expect(approved.status).toBe("approved");
    for (const account of [{ sub: "bob" }, { ...ADA, acr: "urn:example:bronze" }]) {
      const login = await openLogin(client, request);
      await expect(approveLogin(client, login, account)).rejects.toThrow("step_up_required");
    }
  });
});

function pick({ ISSUERS }: Env): Pick<Env, "ISSUERS"> {
  return { ISSUERS };
}
