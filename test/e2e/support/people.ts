import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page, Route } from "playwright-core";
import { expect } from "vitest";
import { PHONE, SCREEN } from "../../../src/web/ui/texts.ts";
import { film, NOTHING } from "./camera.ts";
import { addAuthenticator, launchBrowser, type Authenticator } from "./chromium.ts";

/** A page in a browser, with its errors. */
export interface Seen {
  page: Page;
  /** Waits for this state of the page. */
  sees(state: string): Promise<void>;
  /** Presses the button with this name. */
  press(name: string): Promise<void>;
  /** Errors and policy violations of the page. */
  errors: string[];
}

async function look(browser: Browser, options: BrowserContextOptions): Promise<Seen> {
  const context = await browser.newContext(options);
  return seen(await context.newPage());
}

/** Observes a page that is already open. */
export function seen(page: Page): Seen {
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  return {
    page,
    errors,
    sees: (state) => page.locator(`main[data-state="${state}"]`).waitFor(),
    press: (name) => page.getByRole("button", { name, exact: true }).click(),
  };
}

/** Opens the login page of a screen. */
export async function openScreen(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = { viewport: { width: 1280, height: 800 } },
): Promise<Seen> {
  const screen = await look(browser, options);
  await screen.page.goto(url);
  return screen;
}

/**
 * Handles the page's next request to a path instead of the server. The route stays: by taking it away
 * (`times: 1`), Playwright can lose a request that the page sends at that moment.
 */
export async function interceptOnce(
  page: Page,
  path: string,
  handle: (route: Route) => Promise<void>,
): Promise<void> {
  let done = false;
  await page.route(`**${path}`, (route) => {
    if (done) return route.continue();
    done = true;
    return handle(route);
  });
}

/** The link of the QR code that the screen shows now. */
export async function shownLink({ page }: Seen): Promise<string> {
  return (await page.locator("[data-link]").getAttribute("data-link")) ?? "";
}

/** Requests a typed code on the screen and reads it. */
export async function codeToType(page: Page): Promise<string> {
  await page.getByRole("button", { name: SCREEN.pending.type, exact: true }).click();
  const code = page.locator("[data-user-code]");
  return (await code.getAttribute("data-user-code")) ?? "";
}

/** A phone with a camera and a passkey. */
export interface PhoneInHand extends Seen, AsyncDisposable {
  /** Creates an account with a passkey. */
  createAccount(name: string): Promise<void>;
  /** Scans the screen with the camera. */
  scan(screen: Seen): Promise<void>;
  /** Opens the link of the code, like a camera app. */
  follow(screen: Seen): Promise<void>;
  authenticator: Authenticator;
}

/** `options`: of the browser context; `texts`: the texts of the pages in the phone's language. */
export async function takePhone(
  origin: string,
  { options = {}, texts = PHONE }: { options?: BrowserContextOptions; texts?: typeof PHONE } = {},
): Promise<PhoneInHand> {
  const folder = await mkdtemp(join(tmpdir(), "qr-login-camera-"));
  const camera = join(folder, "camera.y4m");
  // The camera does not work without a film.
  await film(NOTHING, camera);
  const browser = await launchBrowser({ camera });
  const phone = await look(browser, {
    viewport: { width: 390, height: 844 },
    isMobile: true,
    ...options,
  });
  const authenticator = await addAuthenticator(phone.page);
  await phone.page.goto(`${origin}/phone`);
  return {
    ...phone,
    authenticator,
    async createAccount(name) {
      await phone.press(texts.signIn.create);
      await phone.page.getByLabel(texts.create.name).fill(name);
      await phone.press(texts.create.submit);
      await phone.sees("home");
    },
    async scan(screen) {
      const elsewhere = phone.page.locator('main:not([data-state="home"], [data-state="camera"])');
      const stale = phone.page.getByText(texts.camera.stale);
      for (;;) {
        // A new code is valid longest.
        const before = await shownLink(screen);
        await expect.poll(() => shownLink(screen)).not.toBe(before);
        await film(await screen.page.screenshot(), camera);
        await phone.press(texts.home.scan);
        await elsewhere.or(stale).first().waitFor();
        if (await elsewhere.isVisible()) return;
        // Scanning took too long. The next code is tried, and the refusal is no error.
        phone.errors.splice(0);
        await phone.press(texts.cancel);
      }
    },
    async follow(screen) {
      await phone.page.goto(await shownLink(screen));
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
      await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}
