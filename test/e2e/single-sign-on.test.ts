import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { SERVER } from "../../src/i18n/en/server.ts";
import { SSO } from "../../src/i18n/en/sso.ts";
import { ACCOUNT, PHONE, SCREEN } from "../../src/web/ui/texts.ts";
import { startTestServer, type TestServer } from "../support/node/server.ts";
import { launchBrowser } from "./support/chromium.ts";
import { ClientSite } from "./support/client-site.ts";
import { openScreen, seen, takePhone, type PhoneInHand, type Seen } from "./support/people.ts";

/** Two sites and one scan, in a browser. */

let shop: ClientSite;
let bank: ClientSite;
let server: TestServer;
let browser: Browser;
let phone: PhoneInHand;

beforeAll(async () => {
  [shop, bank] = await Promise.all([ClientSite.start(), ClientSite.start("bank", "The Bank")]);
  const clients = [shop, bank].map(({ client }) => ({ ...client, sso: true }));
  server = await startTestServer({ vars: { CLIENTS: JSON.stringify(clients) } });
  shop.issuer = server.origin;
  bank.issuer = server.origin;
  browser = await launchBrowser();
  phone = await takePhone(server.origin);
  await phone.createAccount("Ada Lovelace");
});
afterAll(async () => {
  await phone[Symbol.asyncDispose]();
  await browser.close();
  await server[Symbol.asyncDispose]();
  await Promise.all([shop, bank].map((site) => site[Symbol.asyncDispose]()));
});

/** Logs a new browser in to the shop by the phone. */
async function logIn({ keep }: { keep: boolean }): Promise<Seen> {
  const screen = await openScreen(browser, shop.login());
  await screen.sees("pending");
  const choice = screen.page.getByRole("checkbox", { name: SCREEN.keep.label });
  expect(await choice.isChecked()).toBe(false);
  await choice.focus();
  if (keep) await screen.page.keyboard.press("Space");
  await phone.follow(screen);
  await phone.sees("request");
  await phone.page.getByText(PHONE.request.consent.sso("12 hours")).waitFor();
  await phone.press(PHONE.request.approve);
  await screen.sees("welcome");
  return screen;
}

/** Fails if the page is wider than the window, or has a control without a name. */
async function expectAccessible({ page, errors }: Seen): Promise<void> {
  const size = page.viewportSize();
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width: 320, height: 640 });
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect([colorScheme, overflow]).toEqual([colorScheme, 0]);
  }
  const names = await page.getByRole("button").allInnerTexts();
  expect(names).not.toContain("");
  expect(await page.getByRole("heading", { level: 1 }).count()).toBe(1);
  expect(await page.title()).not.toBe("");
  expect(errors).toEqual([]);
  if (size) await page.setViewportSize(size);
}

it("logs in to a second site by one press, to a known one by none, and is logged out on the phone [SSO-browser]", async () => {
  const screen = await logIn({ keep: true });
  await screen.page.goto(bank.login());
  await screen.sees("choice");
  await screen.page.getByRole("heading", { name: SSO.choose.title("The Bank") }).waitFor();
  await screen.page.getByText(SSO.claims.name("Ada Lovelace")).waitFor();
  await expectAccessible(screen);
  // The buttons come after a moment.
  await screen.page.getByRole("button", { name: SSO.choose.continueAs("Ada Lovelace") }).waitFor();
  await screen.page.keyboard.press("Tab");
  const focused = screen.page.locator(":focus");
  expect(await focused.innerText()).toBe(SSO.choose.continueAs("Ada Lovelace"));
  await screen.page.keyboard.press("Enter");
  await screen.sees("welcome");
  await screen.page.getByText("Welcome, Ada Lovelace").waitFor();

  const requests: string[] = [];
  screen.page.on("framenavigated", (frame) => requests.push(new URL(frame.url()).pathname));
  await screen.page.goto(bank.login());
  await screen.sees("welcome");
  expect(requests).toEqual(["/welcome"]);

  await phone.page.goto(`${server.origin}/devices`);
  await phone.sees("devices");
  const entry = phone.page.locator("[data-browser]");
  expect(await entry.count()).toBe(1);
  expect(await entry.getByRole("heading", { level: 4 }).allInnerTexts()).toEqual(
    expect.arrayContaining(["The Shop", "The Bank"]),
  );
  expect(await phone.page.locator(".entries > [data-sid]").count()).toBe(0);
  await phone.page.getByRole("button", { name: ACCOUNT.devices.browser.end }).click();
  await phone.page.getByText(ACCOUNT.devices.empty[0]).waitFor();
  expect(phone.errors).toEqual([]);

  await screen.page.goto(shop.login());
  await screen.sees("pending");
  await screen.page.context().close();
});

it("continues without a script, and uses another account on request [SSO-browser/2]", async () => {
  const screen = await logIn({ keep: true });
  const storageState = await screen.page.context().storageState();
  const context = await browser.newContext({ storageState, javaScriptEnabled: false });
  const plain = seen(await context.newPage());
  await plain.page.goto(bank.login());
  await plain.sees("choice");
  await plain.press(SSO.choose.continueAs("Ada Lovelace"));
  await plain.sees("welcome");
  expect(plain.errors).toEqual([]);
  await context.close();

  await screen.page.goto(bank.login({ prompt: "select_account" }));
  await screen.sees("choice");
  await screen.press(SSO.choose.other);
  await screen.sees("pending");
  await screen.page.goBack();
  await screen.page.goto(bank.login({ prompt: "select_account" }));
  await screen.press(SSO.choose.back("The Bank"));
  await screen.sees("failed");
  expect(bank.told.at(-1)).toMatchObject({ parameters: { error: "access_denied" } });
  await screen.page.context().close();
});

it("logs out all sites of the browser after a question, or by a site's logout [SSO-browser/3]", async () => {
  const screen = await logIn({ keep: true });
  await screen.page.goto(`${server.origin}/end_session`);
  await screen.sees("choice");
  await screen.page.getByText("The Shop").waitFor();
  await expectAccessible(screen);
  await screen.press(SSO.logOut.confirm);
  await screen.page.getByText(SERVER.browserLoggedOut.title).first().waitFor();
  await screen.page.goto(shop.login());
  await screen.sees("pending");
  await screen.page.context().close();

  const again = await logIn({ keep: true });
  const query = new URLSearchParams({ id_token_hint: shop.idToken });
  await again.page.goto(`${server.origin}/end_session?${query.toString()}`);
  await again.page.getByText(SERVER.loggedOut.title).first().waitFor();
  await again.page.goto(shop.login());
  await again.sees("pending");
  await again.page.context().close();
});

it("does not keep a browser logged in whose person did not choose it [SSO-browser/4]", async () => {
  const screen = await logIn({ keep: false });
  await screen.page.goto(shop.login());
  await screen.sees("pending");
  expect(await screen.page.context().cookies()).not.toContainEqual(
    expect.objectContaining({ name: "__Host-sso" }),
  );
  await screen.page.context().close();
});
