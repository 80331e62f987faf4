import { describe, expect, it } from "vitest";
import { ISSUER, madeUp, problemOf, withClients } from "../support/api.ts";
import {
  ADA,
  arrival,
  BANK,
  BLOG,
  requestOf,
  SHOP,
  SsoBrowser,
  type Arrival,
} from "../support/sso-browser.ts";
import { TestScreen, approveTyped } from "../support/test-screen.ts";

/** Another site makes a browser log in, continue, stay logged in or log out. */

const APP = {
  client_id: "app",
  name: "The App",
  redirect_uris: ["com.example.app:/back", "http://127.0.0.1/back"],
  sso: true,
};
const PAGE = { client_id: "page", allowed_origins: ["https://page.example"], sso: true };
const worker = withClients(SHOP, BANK, BLOG, APP, PAGE);
const person = (name = "Ada") => ({ ...ADA, name, sub: `${name} ${crypto.randomUUID()}` });

async function loggedIn(account = person()): Promise<SsoBrowser> {
  const browser = new SsoBrowser(worker);
  await browser.logIn(SHOP, account);
  return browser;
}

const errorOf = (arrived: Arrival) =>
  arrived.at === "client" ? arrived.parameters["error"] : arrived.at;

/** The headers of a request that a page of another site sends. */
const FOREIGN = { Origin: "https://evil.example", "Sec-Fetch-Site": "cross-site" };
const SIBLING = { Origin: "http://evil.localhost:8787", "Sec-Fetch-Site": "same-site" };

describe("the page that offers to continue", () => {
  it.each([
    ["of another site", FOREIGN],
    ["of another host of our site", SIBLING],
    ["without an origin", { Origin: undefined, "Sec-Fetch-Site": undefined }],
    ["with the origin null", { Origin: "null", "Sec-Fetch-Site": "same-origin" }],
  ])("is not answered by a form %s [ATTACK-forced-sso]", async (_, headers) => {
    const browser = await loggedIn();
    const page = await browser.visit(BANK);
    Object.assign(browser.headers, headers);
    const answer = await browser.choose(page, "continue");
    expect(answer.at).not.toBe("code");
    expect(answer.at === "client" ? answer.parameters["code"] : undefined).toBeUndefined();
    Object.assign(browser.headers, { Origin: ISSUER, "Sec-Fetch-Site": "same-origin" });
    expect((await browser.visit(BANK)).at).toBe("choice");
  });

  it("is not answered by a link with the same parameters [ATTACK-forced-sso/2]", async () => {
    const browser = await loggedIn();
    const page = await browser.visit(BANK);
    if (page.at !== "choice") throw new Error(page.at);
    page.fields.set("sso_choice", "continue");
    const link = await arrival(await browser.get(`/authorize?${page.fields.toString()}`));
    expect(link.at).toBe("choice");
  });

  it("continues only as the account that it named [ATTACK-forced-sso/3]", async () => {
    const browser = await loggedIn();
    const page = await browser.visit(BANK);
    // In another tab somebody else logs in.
    const other = await browser.visit(SHOP, { prompt: "login" });
    await browser.approve(other, { ...person("Bob"), authTime: Date.now() });
    const again = await browser.choose(page, "continue");
    expect(again).toMatchObject({ at: "choice", html: expect.stringContaining("Bob") });
    expect((await browser.choose(page, "continue", { sso_session: "" })).at).toBe("choice");
  });

  it("can't be framed, and shows its buttons after a moment [ATTACK-forced-sso/4]", async () => {
    const browser = await loggedIn();
    const query = new URLSearchParams(requestOf(BANK)).toString();
    const response = await browser.get(`/authorize?${query}`);
    const policy = response.headers.get("Content-Security-Policy") ?? "";
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(response.headers.get("X-Frame-Options")).toBe("DENY");
    expect(response.headers.get("Cache-Control")).toBe("no-store");
    expect(await response.text()).toMatch(/<form [^>]*class="actions late"/);
  });

  it("shows what a client sends as text [ATTACK-forced-sso/5]", async () => {
    const browser = await loggedIn(person('<img src=x onerror=alert(1)>"'));
    const state = `"><script>alert(1)</script>&amp;'`;
    const page = await browser.visit(BANK, { state, 'x"><b>': "y" });
    if (page.at !== "choice") throw new Error(page.at);
    expect(page.html).not.toMatch(/<script>|<img src=x|<b>/);
    const done = await browser.choose(page, "continue");
    expect(done).toMatchObject({ at: "client", parameters: { state } });
  });

  it("sends the code to a registered address only [ATTACK-forced-sso/6]", async () => {
    const browser = await loggedIn();
    const page = await browser.visit(BANK);
    for (const redirect_uri of [
      "https://evil.example/",
      "https://shop.example/back",
      "//evil.example",
    ]) {
      const answer = await browser.choose(page, "continue", { redirect_uri });
      expect([redirect_uri, answer]).toMatchObject([redirect_uri, { at: "page", status: 400 }]);
    }
    const declined = await browser.choose(page, "decline");
    expect(declined).toMatchObject({
      at: "client",
      uri: "https://bank.example/back",
      parameters: { error: "access_denied" },
    });
  });

  it("is shown at each login of an app whose code another app could receive [RFC8252-8.6]", async () => {
    const browser = await loggedIn();
    for (const redirect_uri of ["com.example.app:/back", "http://127.0.0.1:49152/back"]) {
      const page = await browser.visit(APP, { redirect_uri });
      expect(page.at).toBe("choice");
      expect((await browser.choose(page, "continue")).at).toBe("client");
      expect((await browser.visit(APP, { redirect_uri })).at).toBe("choice");
      const silent = await browser.postForm(
        "/authorize",
        new URLSearchParams({ ...requestOf(APP), redirect_uri, prompt: "none" }),
      );
      expect(silent.headers.get("Location")).toContain("error=interaction_required");
    }
  });
});

describe("a request that no person navigates to", () => {
  it.each([["image"], ["empty"], ["script"], ["iframe"], ["object"], ["embed"]])(
    "of the destination %s logs nobody in [ATTACK-forced-sso/7]",
    async (destination) => {
      const browser = await loggedIn();
      browser.headers["Sec-Fetch-Dest"] = destination;
      expect((await browser.visit(SHOP)).at).toBe("code");
      expect((await browser.visit(BANK)).at).toBe("code");
    },
  );

  it("is answered in a frame only if it is silent; another site's frame sends no cookie [ATTACK-forced-sso/8]", async () => {
    const browser = await loggedIn();
    browser.headers["Sec-Fetch-Dest"] = "iframe";
    expect(errorOf(await browser.visit(SHOP, { prompt: "none" }))).toBeUndefined();
    browser.headers["Sec-Fetch-Dest"] = "image";
    expect(errorOf(await browser.visit(SHOP, { prompt: "none" }))).toBe("login_required");
    browser.cookies.clear();
    browser.headers["Sec-Fetch-Dest"] = "iframe";
    expect(errorOf(await browser.visit(SHOP, { prompt: "none" }))).toBe("login_required");
  });

  it("has a cookie that pages, other hosts and other sites' requests can't use [ATTACK-forced-sso/9]", async () => {
    const browser = new SsoBrowser(worker);
    const page = await browser.visit(SHOP);
    if (page.at !== "code") throw new Error(page.at);
    const screen = new TestScreen(page.login.session, { worker });
    await approveTyped(screen.stub, person());
    const kept = await browser.send(screen, "keep", { keep: true });
    const [cookie = ""] = kept.headers.getSetCookie();
    expect(cookie).toMatch(/^__Host-sso=[\w-]+\.[\w-]{43}; Max-Age=43200; Path=\/; /);
    for (const attribute of ["HttpOnly", "Secure", "SameSite=Lax"]) {
      expect(cookie).toContain(attribute);
    }
    expect(cookie).not.toContain("Domain");
  });
});

describe("a browser stays logged in", () => {
  const approved = async (browser: SsoBrowser, account = person()) => {
    const page = await browser.visit(SHOP);
    if (page.at !== "code") throw new Error(page.at);
    const screen = new TestScreen(page.login.session, { worker });
    await approveTyped(screen.stub, account);
    return screen;
  };

  it.each([
    ["another site", FOREIGN],
    ["another host of our site", SIBLING],
    ["a program without an origin", { Origin: undefined, "Sec-Fetch-Site": undefined }],
  ])("only if our own page says so, not %s [ATTACK-sso-login-csrf]", async (_, headers) => {
    const browser = new SsoBrowser(worker);
    const screen = await approved(browser);
    Object.assign(browser.headers, headers);
    const kept = await browser.send(screen, "keep", { keep: true });
    expect(await problemOf(kept)).toEqual([403, "origin_not_allowed"]);
    expect(browser.cookie).toBeUndefined();
  });

  it("only if it shows the session: an attacker's session can't be kept in the victim's browser [ATTACK-sso-login-csrf/2]", async () => {
    const mallory = new SsoBrowser(worker);
    const screen = await approved(mallory, person("Mallory"));
    const victim = new SsoBrowser(worker);
    victim.headers["Authorization"] = `Bearer ${screen.created.watch_token}`;
    const kept = await victim.send(screen, "keep", { keep: true });
    expect(await problemOf(kept)).toEqual([401, "watch_token_missing"]);
    victim.cookies.set("__Host-watch_tokens", `${screen.created.session_id}.${madeUp()}`);
    expect((await victim.send(screen, "keep", { keep: true })).status).toBe(401);
    expect(victim.cookie).toBeUndefined();
  });

  it("only after an approval [ATTACK-sso-login-csrf/3]", async () => {
    const browser = new SsoBrowser(worker);
    const page = await browser.visit(SHOP);
    if (page.at !== "code") throw new Error(page.at);
    const screen = new TestScreen(page.login.session, { worker });
    expect((await browser.send(screen, "keep", { keep: true })).status).toBe(204);
    expect(browser.cookie).toBeUndefined();
  });

  it("only after a login on our own login page, whose approval has shown it [ATTACK-sso-login-csrf/4]", async () => {
    for (const creation of [
      { client_id: "page" },
      { client_id: "shop", redirect_uri: "https://shop.example/back" },
      { client_id: "blog", redirect_uri: "https://blog.example/back" },
    ]) {
      const screen = await TestScreen.begin(creation, { worker });
      await approveTyped(screen.stub, person());
      const kept = await screen.browser.send(screen, "keep", { keep: true });
      expect(kept.status).toBe(204);
      expect(kept.headers.getSetCookie()).toEqual([]);
    }
  });
});

describe("a logout", () => {
  it("without a hint is confirmed by our own page only [ATTACK-forced-sso/10]", async () => {
    const browser = await loggedIn();
    const page = await browser.logOutPage();
    if (page.at !== "choice") throw new Error(page.at);
    page.fields.set("sso_choice", "log_out");
    for (const headers of [FOREIGN, SIBLING, { Origin: undefined, "Sec-Fetch-Site": undefined }]) {
      Object.assign(browser.headers, headers);
      const refused = await arrival(await browser.postForm("/end_session", page.fields));
      expect(refused.at).toBe("choice");
    }
    const link = await arrival(await browser.get(`/end_session?${page.fields.toString()}`));
    expect(link.at).toBe("choice");
    expect(errorOf(await browser.visit(SHOP, { prompt: "none" }))).toBeUndefined();
  });
});
