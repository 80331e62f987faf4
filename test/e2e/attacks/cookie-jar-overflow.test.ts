import { afterAll, beforeAll, expect, it } from "vitest";
import { seen, takePhone, type PhoneInHand } from "../support/people.ts";
import { startTestServer, type TestServer } from "../../support/node/server.ts";
import { startSite, type Site } from "../support/site.ts";

/**
 * Another site opens the login page in a window again and again. Browsers keep a limited number of
 * cookies per site (Chromium: 180) and evict the oldest.
 */

const NAVIGATIONS = 220;

let server: TestServer;
let evil: Site;
let phone: PhoneInHand;

beforeAll(async () => {
  const redirect_uris = ["https://shop.example/back"];
  const clients = [{ client_id: "screen", name: "QR login", redirect_uris }];
  server = await startTestServer({ vars: { CLIENTS: JSON.stringify(clients) } });
  evil = await startSite((_, response) => {
    response.writeHead(200, { "Content-Type": "text/html" });
    response.end("<!doctype html><title>You have won</title>");
  }, "127.0.0.1");
  phone = await takePhone(server.origin);
  await phone.createAccount("Ada Lovelace");
});
afterAll(async () => {
  await phone[Symbol.asyncDispose]();
  await evil[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

it("keeps the phone signed in however often another site opens the pages [ATTACK-cookie-jar-overflow/2]", async () => {
  const authorize = `${server.origin}/authorize?${new URLSearchParams({
    client_id: "screen",
    redirect_uri: "https://shop.example/back",
    response_type: "code",
    scope: "openid",
    code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    code_challenge_method: "S256",
  }).toString()}`;
  const context = phone.page.context();
  const names = async () => (await context.cookies(server.origin)).map(({ name }) => name).sort();
  const before = await names();
  let count = 0;
  // Each network has its own rate limit, and the attacker stays within it.
  await context.route("**/authorize?*", (route) =>
    route.continue({
      headers: { ...route.request().headers(), "CF-Connecting-IP": `2001:db8:${++count}::1` },
    }),
  );
  await context.route("**/built/**", (route) => route.abort());

  const site = await context.newPage();
  await site.goto(evil.origin);
  const opening = context.waitForEvent("page");
  await site.evaluate((url) => Reflect.set(window, "popup", window.open(url)), authorize);
  const popup = await opening;
  await popup.waitForLoadState();
  for (let n = 1; n < NAVIGATIONS; n++) {
    const answered = popup.waitForResponse(/\/authorize\?/);
    await site.evaluate((url) => {
      const opened: unknown = Reflect.get(window, "popup");
      Reflect.set(Object(opened), "location", url);
    }, authorize);
    expect((await answered).status()).toBe(200);
  }
  await context.unrouteAll();
  expect(count).toBe(NAVIGATIONS);
  expect(before).toContain("__Host-phone");
  expect(await names()).toEqual([...before, "__Host-watch_tokens"].sort());
  const tab = seen(await context.newPage());
  await tab.page.goto(`${server.origin}/phone`);
  await tab.sees("home");
});
