import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  ACCOUNT as ACCOUNT_DE,
  PHONE as DE,
  SCREEN as SCREEN_DE,
} from "../../src/i18n/de/index.ts";
import {
  ACCOUNT as ACCOUNT_FR,
  PHONE as FR,
  SCREEN as SCREEN_FR,
} from "../../src/i18n/fr/index.ts";
import { launchBrowser } from "./support/chromium.ts";
import { openScreen, takePhone } from "./support/people.ts";
import { startPolicyServer } from "./support/policy-server.ts";
import type { TestServer } from "../support/node/server.ts";

/**
 * A login with all requirements and the account pages, in languages with longer texts than
 * English.
 */

let server: TestServer;
let desk: Browser;

beforeAll(async () => {
  server = await startPolicyServer({ matching: "always", step_up: "always" });
  desk = await launchBrowser();
});
afterAll(async () => {
  await desk.close();
  await server[Symbol.asyncDispose]();
});

describe.each([
  {
    name: "in German, on a phone's width",
    options: { locale: "de-DE", viewport: { width: 360, height: 740 } },
    phoneTexts: DE,
    screenTexts: SCREEN_DE,
    account: ACCOUNT_DE,
  },
  {
    name: "in French, on a desktop's width",
    options: { locale: "fr-FR", viewport: { width: 1280, height: 800 } },
    phoneTexts: FR,
    screenTexts: SCREEN_FR,
    account: ACCOUNT_FR,
  },
])("$name", ({ options, phoneTexts, screenTexts, account }) => {
  it("logs in with digits and a passkey and lists the login", async () => {
    const screen = await openScreen(desk, `${server.origin}/`, options);
    await screen.sees("pending");
    const isMobile = options.viewport.width < 600;
    const phone = await takePhone(server.origin, {
      options: { ...options, isMobile },
      texts: phoneTexts,
    });
    await using _ = phone;
    await fits(screen.page, phone.page);
    await phone.createAccount("Ada Lovelace");
    await fits(phone.page);

    await phone.follow(screen);
    await phone.sees("request");
    await screen.page.getByText(screenTexts.scanned.digits).first().waitFor();
    await phone.page.getByText(phoneTexts.request.screen.warningDetail).waitFor();
    await phone.page.getByText(phoneTexts.request.stepUp).waitFor();
    await fits(screen.page, phone.page);
    const digits = await screen.page.locator("p.big-code [aria-hidden]").textContent();
    await phone.press(phoneTexts.match.digits.go);
    await phone.page.keyboard.type(digits ?? "");
    await phone.press(phoneTexts.request.approve);
    await phone.page.getByText(phoneTexts.ends.approved[1]).waitFor();
    await screen.page
      .getByRole("heading", { name: screenTexts.loggedIn.title("Ada Lovelace") })
      .waitFor();
    await fits(screen.page, phone.page);

    for (const place of ["devices", "passkeys", "history"] as const) {
      await phone.page.goto(`${server.origin}/${place}`);
      await phone.page.getByRole("heading", { name: account[place].heading }).waitFor();
      await fits(phone.page);
    }
    await phone.page.getByText(account.history.events.account_created()).waitFor();
    expect([...screen.errors, ...phone.errors]).toEqual([]);
    await screen.page.close();
  });
});

/** Nothing is wider than the page. */
async function fits(...pages: Page[]): Promise<void> {
  for (const page of pages) {
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBe(0);
  }
}
