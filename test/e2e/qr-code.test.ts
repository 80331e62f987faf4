import jsQR from "jsqr";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { PNG } from "pngjs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { parseCodeLink } from "../../src/login-session/domain/rotating-code.ts";
import { launchBrowser } from "./support/chromium.ts";
import { openScreen, shownLink } from "./support/people.ts";
import { startTestServer, type TestServer } from "../support/node/server.ts";

/** Reads the QR code from a screenshot with an independent decoder. */

let server: TestServer;
let browser: Browser;

beforeAll(async () => {
  server = await startTestServer();
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
});

it.each<[string, BrowserContextOptions]>([
  ["a phone's width", { viewport: { width: 390, height: 844 } }],
  ["a small phone's width", { viewport: { width: 320, height: 568 } }],
  ["a phone held sideways", { viewport: { width: 740, height: 360 } }],
  ["a desktop's width", { viewport: { width: 1280, height: 800 } }],
  [
    "a desktop's width in the dark",
    { viewport: { width: 1280, height: 800 }, colorScheme: "dark" },
  ],
  ["forced colours", { viewport: { width: 1280, height: 800 }, forcedColors: "active" }],
])("shows a readable QR code at %s", async (_, options) => {
  const screen = await openScreen(browser, `${server.origin}/`, options);
  await screen.sees("pending");
  // The screenshot and the link must be of the same period; the code may have changed once in
  // between.
  let read: string | undefined;
  let links: string[] = [];
  await expect
    .poll(
      async () => {
        const before = await shownLink(screen);
        const picture = PNG.sync.read(await screen.page.screenshot({ fullPage: true }));
        links = [before, await shownLink(screen)];
        read = jsQR(new Uint8ClampedArray(picture.data), picture.width, picture.height)?.data;
        return links.includes(read ?? "");
      },
      { timeout: 15_000 },
    )
    .toBe(true);
  expect(parseCodeLink(read ?? "")).toBeDefined();
  const overflow = await screen.page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow).toBe(0);
  await screen.page.close();
});

it("rotates the QR code without network traffic", async () => {
  const screen = await openScreen(browser, `${server.origin}/`);
  await screen.page.locator('#connection[data-state="connected"]').waitFor();
  // The server draws the first code; the renderer for the others is loaded once.
  const first = await shownLink(screen);
  await expect.poll(() => shownLink(screen)).not.toBe(first);
  const requests: string[] = [];
  screen.page.on("request", (request) => requests.push(request.url()));
  const links = new Set<string>();
  await expect.poll(async () => links.add(await shownLink(screen)).size).toBeGreaterThanOrEqual(3);
  expect(requests).toEqual([]);
  await screen.page.close();
});
