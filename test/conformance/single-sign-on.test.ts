import { decodeJwt } from "jose";
import { afterEach, describe, expect, it } from "vitest";
import type { TokenResponse } from "../../src/oidc/token/tokens.ts";
import { withClients } from "../support/api.ts";
import { embedded } from "../support/authorization.ts";
import { RelyingParty } from "../support/relying-party.ts";
import {
  ADA,
  arrival,
  BANK,
  codeOf,
  requestOf,
  SHOP,
  SsoBrowser,
  type Arrival,
} from "../support/sso-browser.ts";
import { restoreClock, setClock } from "../support/time.ts";

/**
 * Modules of the OpenID Foundation's conformance suite that need a session at the provider, played by HTTP. The title
 * of each test names its module.
 */

afterEach(restoreClock);

const worker = withClients(SHOP, BANK);
const shop = new RelyingParty(worker, "shop");
const START = Date.parse("2026-11-24T09:00:00Z");

interface Tokens {
  idToken: string;
  claims: Record<string, unknown>;
}

async function tokensOf(code: string): Promise<Tokens> {
  const response = await shop.post("/token", {
    grant_type: "authorization_code",
    code,
    code_verifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
    redirect_uri: SHOP.redirect_uris[0] ?? "",
  });
  const { id_token = "" } = await response.json<TokenResponse>();
  return { idToken: id_token, claims: decodeJwt(id_token) };
}

/** A browser that was logged in to the shop at 9 o'clock, a minute after the person signed in on the phone. */
async function loggedIn(): Promise<{ browser: SsoBrowser; first: Tokens }> {
  setClock(START);
  const browser = new SsoBrowser(worker);
  const code = await browser.logIn(SHOP, { ...ADA, authTime: START - 60_000 });
  return { browser, first: await tokensOf(code) };
}

const errorOf = (arrived: Arrival) =>
  arrived.at === "client" ? arrived.parameters["error"] : arrived.at;

describe("the OpenID provider with single sign-on", () => {
  it("answers prompt=none with a code for a client of this browser's login: oidcc-prompt-none-logged-in [OIDF-prompt-none-logged-in]", async () => {
    const { browser, first } = await loggedIn();
    setClock(START + 10_000);
    const { claims } = await tokensOf(codeOf(await browser.visit(SHOP, { prompt: "none" })));
    expect(claims).toMatchObject({ sub: "ada", auth_time: first.claims["auth_time"] });
    expect(claims["sid"]).not.toBe(first.claims["sid"]);
  });

  it("answers prompt=none with login_required in a browser that is not logged in: oidcc-prompt-none-not-logged-in [OIDF-prompt-none-not-logged-in]", async () => {
    const arrived = await new SsoBrowser(worker).visit(SHOP, { prompt: "none" });
    expect(arrived).toMatchObject({
      at: "client",
      uri: "https://shop.example/back",
      parameters: { error: "login_required", state: "some state" },
    });
  });

  it("answers prompt=none with interaction_required for a client that the person was not shown [SSO-interaction-required]", async () => {
    const { browser } = await loggedIn();
    expect(errorOf(await browser.visit(BANK, { prompt: "none" }))).toBe("interaction_required");
  });

  it("logs in with the same auth_time and without a question by max_age=10000: oidcc-max-age-10000 [OIDF-max-age-10000]", async () => {
    const { browser, first } = await loggedIn();
    setClock(START + 1000);
    const { claims } = await tokensOf(codeOf(await browser.visit(SHOP, { max_age: "10000" })));
    expect(claims["auth_time"]).toBe(first.claims["auth_time"]);
  });

  it("needs the phone again by max_age=1, and names the new auth_time: oidcc-max-age-1 [OIDF-max-age-1]", async () => {
    const { browser, first } = await loggedIn();
    setClock(START + 5000);
    expect(errorOf(await browser.visit(SHOP, { max_age: "1", prompt: "none" }))).toBe(
      "login_required",
    );
    const page = await browser.visit(SHOP, { max_age: "1" });
    const { claims } = await tokensOf(
      await browser.approve(page, { ...ADA, authTime: START + 5000 }),
    );
    expect(Number(claims["auth_time"])).toBeGreaterThan(Number(first.claims["auth_time"]));
  });

  it("answers prompt=none with an id_token_hint by a code for the same person: oidcc-id-token-hint [OIDF-id-token-hint]", async () => {
    const { browser, first } = await loggedIn();
    const request = { prompt: "none", id_token_hint: first.idToken };
    const { claims } = await tokensOf(codeOf(await browser.visit(SHOP, request)));
    expect(claims["sub"]).toBe(first.claims["sub"]);
  });

  it("answers an id_token_hint of another person with login_required by prompt=none, and else with the code for the phone [SSO-id-token-hint-of-another]", async () => {
    const { first } = await loggedIn();
    const browser = new SsoBrowser(worker);
    await browser.logIn(SHOP, { sub: "bob", name: "Bob" });
    const request = { id_token_hint: first.idToken };
    expect(errorOf(await browser.visit(SHOP, { ...request, prompt: "none" }))).toBe(
      "login_required",
    );
    expect((await browser.visit(SHOP, request)).at).toBe("code");
  });

  it("needs the phone again by prompt=login: oidcc-prompt-login [OIDF-prompt-login]", async () => {
    const { browser, first } = await loggedIn();
    setClock(START + 5000);
    const page = await browser.visit(SHOP, { prompt: "login" });
    const { claims } = await tokensOf(
      await browser.approve(page, { ...ADA, authTime: START + 5000 }),
    );
    expect(Number(claims["auth_time"])).toBeGreaterThan(Number(first.claims["auth_time"]));
  });

  it.each([["select_account"], ["consent"]])(
    "shows the person the choice by prompt=%s, also for a client that was shown before [SSO-prompt]",
    async (prompt) => {
      const { browser } = await loggedIn();
      const page = await browser.visit(SHOP, { prompt });
      expect(page.at).toBe("choice");
      codeOf(await browser.choose(page, "continue"));
      expect((await browser.visit(SHOP, { prompt })).at).toBe("choice");
    },
  );

  it("needs the phone for a login_hint of another account [SSO-login-hint]", async () => {
    const { browser } = await loggedIn();
    for (const login_hint of ["ada", "ADA@example.com", "Ada"]) {
      expect(errorOf(await browser.visit(SHOP, { login_hint }))).toBeUndefined();
    }
    for (const login_hint of ["bob", "bob@example.com"]) {
      expect((await browser.visit(SHOP, { login_hint })).at).toBe("code");
      expect(errorOf(await browser.visit(SHOP, { login_hint, prompt: "none" }))).toBe(
        "login_required",
      );
    }
  });

  it("keeps the acr of the phone's approval, and needs the phone for another one [SSO-acr]", async () => {
    setClock(START);
    const browser = new SsoBrowser(worker);
    await browser.logIn(SHOP, { ...ADA, acr: "urn:gold" });
    const silver = { acr_values: "urn:silver urn:gold" };
    const { claims } = await tokensOf(codeOf(await browser.visit(SHOP, silver)));
    expect(claims).toMatchObject({ acr: "urn:gold", amr: ADA.amr });
    expect((await browser.visit(SHOP, { acr_values: "urn:platinum" })).at).toBe("code");
  });

  it("answers a pushed request once, also with prompt=none [SSO-pushed-request]", async () => {
    const { browser } = await loggedIn();
    const pushed = await shop.post("/par", { ...requestOf(SHOP), prompt: "none" });
    expect(pushed.status).toBe(201);
    const { request_uri } = await pushed.json<{ request_uri: string }>();
    const query = new URLSearchParams({ client_id: "shop", request_uri }).toString();
    const arrived = await arrival(await browser.get(`/authorize?${query}`));
    await tokensOf(codeOf(arrived));
    expect(await arrival(await browser.get(`/authorize?${query}`))).toMatchObject({ status: 400 });
  });

  it("answers by a form with response_mode=form_post [SSO-form-post]", async () => {
    const { browser } = await loggedIn();
    const query = new URLSearchParams({ ...requestOf(SHOP), response_mode: "form_post" });
    const page = await embedded(await browser.get(`/authorize?${query.toString()}`));
    expect(page).toMatchObject({
      answer: {
        form_post: {
          action: "https://shop.example/back",
          parameters: { code: expect.any(String), state: "some state" },
        },
      },
    });
  });

  it("repeats a request that another site posts by GET, since its cookie is not sent with it [SSO-posted-request]", async () => {
    const { browser } = await loggedIn();
    const cookies = new Map(browser.cookies);
    browser.cookies.clear();
    Object.assign(browser.headers, {
      Origin: "https://shop.example",
      "Sec-Fetch-Site": "cross-site",
    });
    const posted = await browser.postForm("/authorize", new URLSearchParams(requestOf(SHOP)));
    expect(posted.status).toBe(303);
    for (const [name, value] of cookies) browser.cookies.set(name, value);
    codeOf(await arrival(await browser.get(posted.headers.get("Location") ?? "")));
  });

  it("fails prompt=none after a logout by the client: oidcc-rp-initiated-logout [OIDF-rp-initiated-logout]", async () => {
    const { browser, first } = await loggedIn();
    const query = new URLSearchParams({
      id_token_hint: first.idToken,
      post_logout_redirect_uri: "https://shop.example/out",
      state: "after",
    });
    expect(await browser.logOutPage(`?${query.toString()}`)).toMatchObject({
      at: "client",
      uri: "https://shop.example/out",
      parameters: { state: "after" },
    });
    expect(browser.cookie).toBeUndefined();
    expect(errorOf(await browser.visit(SHOP, { prompt: "none" }))).toBe("login_required");
  });

  it.each([
    ["", "no-params"],
    ["?state=x", "only-state"],
  ])(
    "asks before a logout without a hint (%s), and then logs the person out: oidcc-rp-initiated-logout-%s [OIDF-rp-initiated-logout-no-params]",
    async (query) => {
      const { browser } = await loggedIn();
      await browser.continueTo(BANK);
      const page = await browser.logOutPage(query);
      expect(page).toMatchObject({ at: "choice", html: expect.stringContaining("The Shop") });
      expect(errorOf(await browser.visit(SHOP, { prompt: "none" }))).toBeUndefined();
      if (page.at !== "choice") return;
      page.fields.set("sso_choice", "log_out");
      const done = await browser.postForm("/end_session", page.fields);
      expect(await done.text()).toContain("You are logged out of this browser");
      expect(browser.cookie).toBeUndefined();
      expect(errorOf(await browser.visit(SHOP, { prompt: "none" }))).toBe("login_required");
      expect((await browser.logOutPage(query)).at).toBe("page");
    },
  );
});
