import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchBrowser } from "../support/chromium.ts";
import { startTestServer, type TestServer } from "../../support/node/server.ts";
import { startSite, type Site } from "../support/site.ts";

/** Another site puts our pages into a frame (clickjacking), in a real browser. */

let server: TestServer;
let evil: Site;
let browser: Browser;

beforeAll(async () => {
  const clients = [
    { client_id: "screen", name: "QR login", redirect_uris: ["https://shop.example/back"] },
  ];
  server = await startTestServer({ vars: { CLIENTS: JSON.stringify(clients) } });
  evil = await startSite((_, response) => {
    response.writeHead(200, { "Content-Type": "text/html" });
    response.end("<!doctype html><title>You have won</title>");
  });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await evil[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

const AUTHORIZATION = new URLSearchParams({
  client_id: "screen",
  redirect_uri: "https://shop.example/back",
  response_type: "code",
  scope: "openid",
  code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
  code_challenge_method: "S256",
}).toString();

const PAGES = [
  "/",
  "/phone",
  "/devices",
  "/passkeys",
  "/history",
  `/q/${"A".repeat(43)}.0.${"A".repeat(16)}`,
  `/authorize?${AUTHORIZATION}`,
  "/authorize",
  "/compare",
];

/** Puts a URL into a frame of the attacker's page. Returns what the browser shows in it. */
async function framed(page: Page, html: string): Promise<string[]> {
  await page.goto(evil.origin);
  await page.setContent(`<!doctype html><title>You have won</title>${html}`, { waitUntil: "load" });
  return page
    .frames()
    .slice(1)
    .map((frame) => frame.url());
}

/** Removes headers from the responses of the server. */
async function without(page: Page, ...names: string[]): Promise<void> {
  await page.route(`${server.origin}/**`, async (route) => {
    const response = await route.fetch();
    const headers = { ...response.headers() };
    for (const name of names) delete headers[name];
    await route.fulfill({ response, headers });
  });
}

describe.each(PAGES)("framed: %s", (path) => {
  it.each([
    ["in a frame", (url: string) => `<iframe src="${url}"></iframe>`],
    ["in a sandbox", (url: string) => `<iframe sandbox="allow-scripts" src="${url}"></iframe>`],
    ["as an object", (url: string) => `<object data="${url}" type="text/html"></object>`],
    ["as an embed", (url: string) => `<embed src="${url}" type="text/html">`],
  ])("blocks embedding %s [ATTACK-framed-page]", async (_, html) => {
    const page = await browser.newPage();
    const answered = page.waitForResponse(`${server.origin}${path}`);
    const shown = await framed(page, html(`${server.origin}${path}`));
    await answered;
    expect(shown.filter((url) => url.startsWith(server.origin))).toEqual([]);
    await page.close();
  });
});

it.each([
  ["frame-ancestors", "x-frame-options"],
  ["X-Frame-Options", "content-security-policy"],
])("blocks framing by %s alone [ATTACK-framed-page/2]", async (_, lost) => {
  const page = await browser.newPage();
  await without(page, lost);
  const shown = await framed(page, `<iframe src="${server.origin}/phone"></iframe>`);
  expect(shown).toEqual(["chrome-error://chromewebdata/"]);
  await page.close();
});

it("would be framed without both headers [ATTACK-framed-page/3]", async () => {
  const page = await browser.newPage();
  await without(page, "x-frame-options", "content-security-policy");
  const shown = await framed(page, `<iframe src="${server.origin}/phone"></iframe>`);
  expect(shown).toEqual([`${server.origin}/phone`]);
  await page.close();
});
