import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page, Route } from "playwright-core";
import { expect } from "vitest";
import { PHONE, SCREEN } from "../../../src/web/ui/texts.ts";
import { film, NOTHING } from "./camera.ts";
import { addAuthenticator, launchBrowser, type Authenticator } from "./chromium.ts";

/** A page that a person looks at: what is said in it must be seen, and nothing may go wrong in it. */
export interface Seen {
  page: Page;
  /** Waits for a state of the page. */
  sees(state: string): Promise<void>;
  /** Presses the button that is called so. */
  press(name: string): Promise<void>;
  /** What went wrong in the page, or was refused by its policies. */
  errors: string[];
}

async function look(browser: Browser, options: BrowserContextOptions): Promise<Seen> {
  const context = await browser.newContext(options);
  return seen(await context.newPage());
}

/** A page that is open already. */
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

/** Somebody before a screen that wants them to log in. */
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

/** The link in the QR code that the screen shows now. */
export async function shownLink({ page }: Seen): Promise<string> {
  return (await page.locator("[data-link]").getAttribute("data-link")) ?? "";
}

/** Asks the screen for a code to type, and reads it. */
export async function codeToType(page: Page): Promise<string> {
  await page.getByRole("button", { name: SCREEN.pending.type, exact: true }).click();
  const code = page.locator("[data-user-code]");
  return (await code.getAttribute("data-user-code")) ?? "";
}

/** A phone with a camera and a passkey, in somebody's hand. */
export interface PhoneInHand extends Seen, AsyncDisposable {
  /** Creates an account, by a passkey. */
  createAccount(name: string): Promise<void>;
  /** Holds the camera before the screen, and scans what is there. */
  scan(screen: Seen): Promise<void>;
  /** The same by the link in the code, as a phone's own camera opens it. */
  follow(screen: Seen): Promise<void>;
  authenticator: Authenticator;
}

/** `options`: of its browser, where it isn't a common phone; `texts`: what its pages say in its owner's language. */
export async function takePhone(
  origin: string,
  { options = {}, texts = PHONE }: { options?: BrowserContextOptions; texts?: typeof PHONE } = {},
): Promise<PhoneInHand> {
  const folder = await mkdtemp(join(tmpdir(), "qr-login-camera-"));
  const camera = join(folder, "camera.y4m");
  // Without a film the camera would be broken.
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
        // A code that has just appeared is the one that will be shown longest.
        const before = await shownLink(screen);
        await expect.poll(() => shownLink(screen)).not.toBe(before);
        await film(await screen.page.screenshot(), camera);
        await phone.press(texts.home.scan);
        await elsewhere.or(stale).first().waitFor();
        if (await elsewhere.isVisible()) return;
        // It took too long here. People look at the next code, and that the first was refused is no error.
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
