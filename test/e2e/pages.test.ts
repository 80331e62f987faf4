import jsQR from "jsqr";
import type { Browser, Page } from "playwright-core";
import { PNG } from "pngjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseCodeLink } from "../../src/login-session/domain/rotating-code.ts";
import { PHONE as PHONE_DE, SCREEN as SCREEN_DE } from "../../src/i18n/de/index.ts";
import { PHONE, SCREEN } from "../../src/i18n/en/index.ts";
import { PHONE as PHONE_FR, SCREEN as SCREEN_FR } from "../../src/i18n/fr/index.ts";
import { launchBrowser } from "./support/chromium.ts";
import { openScreen, shownLink, takePhone } from "./support/people.ts";
import { startTestServer, type TestServer } from "../support/node/server.ts";
import { startSite } from "./support/site.ts";

/** The pages as delivered: language, content and connections. */

const CALLBACK = "http://localhost:1/back";
const CLIENTS = [
  { client_id: "screen", name: "QR login" },
  { client_id: "shop", name: "The Shop", redirect_uris: [CALLBACK] },
];

let server: TestServer;
let browser: Browser;

beforeAll(async () => {
  server = await startTestServer({ vars: { CLIENTS: JSON.stringify(CLIENTS) } });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
});

describe.each([
  ["German", "de-AT", SCREEN_DE, PHONE_DE],
  ["French", "fr-FR", SCREEN_FR, PHONE_FR],
  ["English, for who reads neither", "es-ES", SCREEN, PHONE],
])("in %s", (_, locale, screenTexts, phoneTexts) => {
  it.each([
    ["a phone's width", { width: 320, height: 640 }],
    ["a desktop's width", { width: 1280, height: 800 }],
  ])("shows screen and phone pages that fit %s", async (__, viewport) => {
    const screen = await openScreen(browser, `${server.origin}/`, { locale, viewport });
    await screen.sees("pending");
    await screen.page.getByRole("heading", { name: screenTexts.pending.heading() }).waitFor();
    expect(await screen.page.title()).toBe(screenTexts.pending.title());
    await screen.page.getByText(screenTexts.connection.websocket).waitFor();
    await screen.press(screenTexts.pending.type);
    await screen.page.locator("[data-user-code]").waitFor();
    expect(await overflow(screen.page)).toBe(0);
    const code = await screen.page.locator("[data-user-code]").getAttribute("data-user-code");

    await screen.page.goto(`${server.origin}/phone?user_code=${code}`);
    await screen.page.getByRole("heading", { name: phoneTexts.typing.prefilled.heading }).waitFor();
    expect(await screen.page.locator("html").getAttribute("lang")).toBe(
      screenTexts === SCREEN ? "en" : locale.slice(0, 2),
    );
    expect(await overflow(screen.page)).toBe(0);
    expect(screen.errors).toEqual([]);
    await screen.page.close();
  });
});

const overflow = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

it("shows a scannable code without scripts and says that scripts are needed", async () => {
  await using phone = await takePhone(server.origin);
  const screen = await openScreen(browser, `${server.origin}/`, { javaScriptEnabled: false });
  const picture = PNG.sync.read(await screen.page.screenshot());
  const pixels = new Uint8ClampedArray(picture.data);
  const read = jsQR(pixels, picture.width, picture.height)?.data ?? "";
  expect(read).toBe(await shownLink(screen));
  expect(await screen.page.locator("noscript").textContent()).toContain(SCREEN.noscript);
  // The code is valid: the phone that opens it claims the login.
  expect(parseCodeLink(read)).toMatchObject({ t: 0 });
  await phone.page.goto(read);
  await phone.sees("sign-in");
  await screen.page.close();
});

it.each([
  ["the page's own login", "/"],
  ["a client's login", "client"],
])("draws %s on the server as the script does", async (_, path) => {
  const query = new URLSearchParams({
    ...{ client_id: "shop", redirect_uri: CALLBACK, response_type: "code", scope: "openid" },
    ...{
      code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
      code_challenge_method: "S256",
    },
  });
  const url = new URL(path === "/" ? path : `/authorize?${query.toString()}`, server.origin).href;
  const plain = await openScreen(browser, url, { javaScriptEnabled: false });
  const drawn = await openScreen(browser, url);
  await drawn.sees("pending");
  await drawn.page.locator('#connection[data-state="connected"]').waitFor();
  const outline = (page: Page) =>
    page.locator("main").evaluate((main) => {
      const copy = main.cloneNode(true);
      if (!(copy instanceof Element)) return "";
      for (const gone of copy.querySelectorAll("noscript, .notice, svg")) {
        gone.remove();
      }
      copy.querySelector(".tile")?.removeAttribute("data-link");
      copy.querySelector(".bar")?.removeAttribute("style");
      // Only the script shows the remaining time.
      copy.querySelector(".timer > :last-child")?.replaceChildren();
      return copy.innerHTML.replaceAll(/>\s+</g, "><").trim();
    });
  expect(await outline(drawn.page)).toBe(await outline(plain.page));
  expect(await drawn.page.title()).toBe(await plain.page.title());
  await plain.page.close();
  await drawn.page.close();
});

it("loads all resources over the existing connections", async () => {
  const screen = await openScreen(browser, "about:blank");
  const devtools = await screen.page.context().newCDPSession(screen.page);
  const connections: [path: string, connection: number][] = [];
  devtools.on("Network.responseReceived", ({ response }) => {
    connections.push([new URL(response.url).pathname, response.connectionId]);
  });
  await devtools.send("Network.enable");
  await screen.page.goto(`${server.origin}/`);
  await screen.page.locator('#connection[data-state="connected"]').waitFor();
  const before = new Set(connections.map(([, connection]) => connection));
  await screen.press(SCREEN.pending.type);
  await screen.page.locator("[data-user-code]").waitFor();
  const asked = connections.find(([path]) => path.endsWith("/user-code"));
  expect(before).toContain(asked?.[1]);
  await screen.page.close();
});

it("loads only the HTML on a second visit", async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  const loaded = () =>
    page.evaluate(() =>
      performance
        .getEntriesByType("resource")
        .filter((entry) => entry instanceof PerformanceResourceTiming && entry.transferSize > 0)
        .map(({ name }) => new URL(name).pathname),
    );
  const connected = page.locator('#connection[data-state="connected"]');
  await page.goto(`${server.origin}/`);
  await connected.waitFor();
  const [script = ""] = (await loaded()).filter((path) => path.endsWith(".js"));
  // The QR renderer loads shortly after, without blocking.
  await page.waitForFunction(() =>
    performance
      .getEntriesByType("resource")
      .some(({ name }) => name.includes("/built/qr-renderer.")),
  );
  expect(script).toMatch(/^\/built\/screen\.en\.\w{8}\.js$/);
  await page.goto(`${server.origin}/`);
  await connected.waitFor();
  expect(await loaded()).toEqual([]);
  await context.close();
});

it("keeps the logins of two tabs apart", async () => {
  await using phone = await takePhone(server.origin);
  await phone.createAccount("Ada Lovelace");
  const context = await browser.newContext();
  const [first, second] = [await context.newPage(), await context.newPage()];
  for (const tab of [first, second]) {
    await tab.goto(`${server.origin}/`);
    await tab.locator('#connection[data-state="connected"]').waitFor();
  }
  const link = await second.locator("[data-link]").getAttribute("data-link");
  await phone.page.goto(link ?? "");
  await phone.sees("request");
  await phone.press(PHONE.request.approve);
  await second.locator('main[data-state="logged-in"]').waitFor();
  expect(await first.locator("main").getAttribute("data-state")).toBe("pending");
  await context.close();
});

it("shows a valid code after going back to the page", async () => {
  const screen = await openScreen(browser, `${server.origin}/`);
  await screen.sees("pending");
  await screen.page.goto(`${server.origin}/compare`);
  await screen.sees("pending");
  await screen.page.goBack();
  await screen.page.locator('#connection[data-state="connected"]').waitFor();
  const old = await shownLink(screen);
  await screen.page.reload();
  await screen.sees("pending");
  expect((await shownLink(screen)).split(".")[0]).not.toBe(old.split(".")[0]);
  await using phone = await takePhone(server.origin);
  await phone.page.goto(await shownLink(screen));
  await phone.sees("sign-in");
  expect(screen.errors).toEqual([]);
  await screen.page.close();
});

it("gives no code to a prefetch and a code to the visit", async () => {
  await using site = await startSite((_, response) => {
    response.writeHead(200, { "Content-Type": "text/html" });
    const rules = { prefetch: [{ urls: [`${server.origin}/`], eagerness: "immediate" }] };
    response.end(
      `<link rel="icon" href="data:,"><a href="${server.origin}/">Log in</a>
       <script type="speculationrules">${JSON.stringify(rules)}</script>`,
    );
  });
  const screen = await openScreen(browser, "about:blank");
  const guessed = screen.page.waitForResponse(`${server.origin}/`);
  await screen.page.goto(site.origin);
  expect((await guessed).status()).toBe(503);
  await screen.page.getByRole("link").click();
  await screen.sees("pending");
  await screen.page.close();
});
