import type { Browser } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { PHONE, SCREEN } from "../../src/web/ui/texts.ts";
import { SERVER } from "../../src/i18n/en/server.ts";
import { launchBrowser } from "./support/chromium.ts";
import { ClientSite } from "./support/client-site.ts";
import { openScreen, shownLink, takePhone } from "./support/people.ts";
import { startTestServer, type TestServer } from "../support/node/server.ts";

/** A login with a site that uses OpenID Connect, a browser and a phone. */

/** In seconds: short enough to expire in a test, longer than any login here. */
const SESSION_TTL = 25;
const CLIENT = "The Shop";
/** A native app. */
const APP = { client_id: "app", name: "The App", redirect_uris: ["com.example.app:/back"] };

let site: ClientSite;
let server: TestServer;
let browser: Browser;

beforeAll(async () => {
  site = await ClientSite.start();
  const clients = [site.client, APP];
  const vars = { CLIENTS: JSON.stringify(clients), SESSION_TTL: String(SESSION_TTL) };
  server = await startTestServer({ vars });
  site.issuer = server.origin;
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
  await site[Symbol.asyncDispose]();
});
beforeEach(() => void site.told.splice(0));

it.each([
  ["query", "GET"],
  ["form_post", "POST"],
])("logs in by %s and returns the response once", async (response_mode, method) => {
  await using phone = await takePhone(server.origin);
  await phone.createAccount("Ada Lovelace");
  const screen = await openScreen(browser, site.origin);
  await screen.page.goto(site.login({ response_mode }));
  await screen.sees("pending");
  await screen.page.getByText(SCREEN.pending.heading(CLIENT)).waitFor();
  expect(await screen.page.title()).toBe(SCREEN.pending.title(CLIENT));
  await phone.page.goto(await shownLink(screen));
  await phone.sees("request");
  await phone.press(PHONE.request.approve);
  // The site redirects to another of its hosts, which our form-action policy must allow.
  await screen.sees("welcome");
  await screen.page.getByText("Welcome, Ada Lovelace").waitFor();
  expect(site.told).toEqual([
    {
      method,
      parameters: { code: expect.any(String), state: expect.any(String), iss: server.origin },
    },
  ]);
  expect([...screen.errors, ...phone.errors]).toEqual([]);

  // After going back, nothing is sent a second time.
  await screen.page.goBack();
  await screen.page.locator(`main[data-state]:not([data-state="leaving"])`).waitFor();
  expect(site.told).toHaveLength(1);
  await screen.page.close();
});

it("keeps a pushed login over a reload and the back button until its approval [RFC9126-4/4]", async () => {
  await using phone = await takePhone(server.origin);
  await phone.createAccount("Ada Lovelace");
  const screen = await openScreen(browser, site.origin);
  await screen.page.goto(`${site.origin}/login-pushed`);
  await screen.sees("pending");
  const address = screen.page.url();
  expect(address).toContain("request_uri=");
  await screen.page.reload();
  await screen.sees("pending");
  await screen.page.goto(`${site.origin}/`);
  await screen.sees("home");
  await screen.page.goBack();
  await screen.sees("pending");
  await phone.page.goto(await shownLink(screen));
  await phone.sees("request");
  await phone.press(PHONE.request.approve);
  await screen.sees("welcome");
  expect(site.told).toHaveLength(1);
  expect((await screen.page.goto(address))?.status()).toBe(400);
  await screen.page.close();
});

it("shows the QR code in the HTML of the page", async () => {
  const screen = await openScreen(browser, site.origin);
  const requests: string[] = [];
  screen.page.on("request", (request) => requests.push(new URL(request.url()).pathname));
  await screen.page.goto(site.login());
  await screen.sees("pending");
  await screen.page.locator("[data-link]").waitFor();
  expect(requests).not.toContain("/sessions");
  await screen.page.close();
});

it("offers to return to the client or to retry after a denial", async () => {
  await using phone = await takePhone(server.origin);
  await phone.createAccount("Ada Lovelace");
  const screen = await openScreen(browser, site.login());
  await screen.sees("pending");
  const first = await shownLink(screen);
  await phone.page.goto(first);
  await phone.press(PHONE.request.decline);
  await screen.sees("denied");
  await screen.press(SCREEN.denied.action);
  await screen.sees("pending");
  expect((await shownLink(screen)).split(".")[0]).not.toBe(first.split(".")[0]);

  await phone.page.goto(await shownLink(screen));
  await phone.press(PHONE.request.decline);
  await screen.sees("denied");
  await screen.press(SCREEN.backTo(CLIENT));
  await screen.sees("failed");
  expect(site.told).toEqual([
    {
      method: "GET",
      parameters: {
        error: "access_denied",
        error_description: expect.any(String),
        state: expect.any(String),
        iss: server.origin,
      },
    },
  ]);
  await screen.page.close();
});

it("returns to the client after a cancellation, also by form_post", async () => {
  const screen = await openScreen(browser, site.login({ response_mode: "form_post" }));
  await screen.sees("pending");
  await screen.press(SCREEN.backTo(CLIENT));
  await screen.sees("failed");
  expect(site.told).toMatchObject([{ method: "POST", parameters: { error: "access_denied" } }]);
  expect(screen.errors).toEqual([]);
  await screen.page.close();
});

it("keeps state, nonce and requirements in a new code", async () => {
  await using phone = await takePhone(server.origin);
  await phone.createAccount("Ada Lovelace");
  const screen = await openScreen(browser, site.login({ max_age: "0" }));
  await screen.sees("pending");
  await screen.page.locator('main[data-state="expired"]').waitFor({ timeout: 90_000 });
  await screen.press(SCREEN.expired.action);
  await screen.sees("pending");

  await phone.page.goto(await shownLink(screen));
  await phone.sees("request");
  await phone.press(PHONE.request.approve);
  await phone.page.getByText(PHONE.signIn.wanted.again.heading).first().waitFor();
  await phone.press(PHONE.signIn.signIn);
  await phone.sees("request");
  await phone.press(PHONE.request.approve);
  await screen.sees("welcome");
  expect(site.claims["auth_time"]).toBeGreaterThan(Date.now() / 1000 - SESSION_TTL);
  expect(phone.errors.join()).not.toContain("Error");
  await screen.page.close();
});

it("says on the phone that another account is required", async () => {
  await using ada = await takePhone(server.origin);
  await ada.createAccount("Ada Lovelace");
  const first = await openScreen(browser, site.login());
  await ada.page.goto(await shownLink(first));
  await ada.press(PHONE.request.approve);
  await first.sees("welcome");
  await first.page.close();

  await using eve = await takePhone(server.origin);
  await eve.createAccount("Eve");
  const screen = await openScreen(browser, site.login({ id_token_hint: site.idToken }));
  await eve.page.goto(await shownLink(screen));
  await eve.press(PHONE.request.approve);
  await eve.page.getByText(PHONE.signIn.wanted.another.heading).first().waitFor();
  await eve.press(PHONE.signIn.back);
  await eve.sees("request");
  await eve.press(PHONE.request.decline);
  await screen.sees("denied");
  await screen.page.close();
});

it("returns an error to the client by form_post", async () => {
  const screen = await openScreen(
    browser,
    site.login({ response_mode: "form_post", prompt: "none" }),
  );
  await screen.sees("failed");
  expect(site.told).toMatchObject([
    { method: "POST", parameters: { error: "login_required", iss: server.origin } },
  ]);
  expect(screen.errors).toEqual([]);
  await screen.page.close();
});

it("shows an error page for an error without a valid redirect", async () => {
  const screen = await openScreen(browser, site.login({ redirect_uri: `${site.home}/back` }));
  await screen.sees("notice");
  expect(new URL(screen.page.url()).origin).toBe(server.origin);
  expect(await screen.page.locator("h1").innerText()).toBe(SERVER.loginCannotBegin.title);
  expect(site.told).toEqual([]);
  await screen.page.close();
});

it("works in a window that the client's site has opened [ASVS-3.4.8]", async () => {
  await using phone = await takePhone(server.origin);
  await phone.createAccount("Ada Lovelace");
  const screen = await openScreen(browser, site.origin);
  const opened = screen.page.waitForEvent("popup");
  await screen.page.evaluate((url) => void window.open(url, "login", "popup"), site.login());
  const popup = await opened;
  await popup.locator('main[data-state="pending"]').waitFor();
  const link = await popup.locator("[data-link]").getAttribute("data-link");
  await phone.page.goto(link ?? "");
  await phone.press(PHONE.request.approve);
  await popup.locator('main[data-state="welcome"]').waitFor();
  expect(await popup.evaluate(() => window.opener !== null)).toBe(true);
  await screen.page.close();
});

it("returns to an app once and shows no second response", async () => {
  await using phone = await takePhone(server.origin);
  await phone.createAccount("Ada Lovelace");
  const [redirect_uri = ""] = APP.redirect_uris;
  const screen = await openScreen(browser, site.login({ client_id: "app", redirect_uri }));
  const opened: string[] = [];
  const devtools = await screen.page.context().newCDPSession(screen.page);
  devtools.on("Page.frameRequestedNavigation", ({ url }) => opened.push(url));
  await devtools.send("Page.enable");
  await screen.sees("pending");
  await phone.page.goto(await shownLink(screen));
  await phone.press(PHONE.request.approve);
  await screen.sees("leaving");
  await screen.page.getByRole("button", { name: SCREEN.leaving.open("The App") }).waitFor();
  await expect.poll(() => opened).toHaveLength(1);
  expect(opened[0]).toContain("com.example.app:/back?code=");

  // Like a page from the back/forward cache.
  await screen.page.evaluate(() => {
    dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
  });
  await screen.sees("left");
  expect(opened).toHaveLength(1);
  await screen.press(SCREEN.left.action);
  await screen.sees("pending");
  await screen.page.close();
});

it("fills in the code of a device's link and asks to compare it", async () => {
  await using phone = await takePhone(server.origin);
  await phone.createAccount("Ada Lovelace");
  const answer = await fetch(`${server.origin}/device_authorization`, {
    method: "POST",
    body: new URLSearchParams({ client_id: "shop", scope: "openid" }),
  });
  const device: { verification_uri_complete: string; user_code: string } = JSON.parse(
    await answer.text(),
  );
  const asked: string[] = [];
  phone.page.on("request", (request) => {
    if (request.method() === "POST") asked.push(new URL(request.url()).pathname);
  });
  await phone.page.goto(device.verification_uri_complete);
  await phone.page.getByText(PHONE.typing.prefilled.heading).first().waitFor();
  expect(phone.page.url()).toBe(`${server.origin}/phone`);
  expect(await phone.page.getByLabel(PHONE.typing.label).inputValue()).toBe(device.user_code);
  expect(asked).toEqual([]);
  await phone.press(PHONE.typing.submit);
  await phone.page.getByText(PHONE.request.device.heading(CLIENT)).first().waitFor();
  // Later requests only poll the claim.
  expect(asked[0]).toBe("/sessions/scan");
});
