import type { IncomingMessage, ServerResponse } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { PHONE } from "../../../src/web/ui/texts.ts";
import { AttackersLogin } from "../support/attackers-login.ts";
import { seen, takePhone, type PhoneInHand, type Seen } from "../support/people.ts";
import { startTestServer, type TestServer } from "../../support/node/server.ts";
import { startSite, type Site } from "../support/site.ts";

/**
 * The attacker starts a login, keeps its key, and navigates a signed-in user to its current link.
 * The code is fresh, but nothing was scanned.
 */

let server: TestServer;
let phone: PhoneInHand;
let evil: Site;
/** Another port of our host: another origin, but the same site. */
let sibling: Site;
let login: AttackersLogin;
/** A tab of the signed-in browser. */
let tab: Seen;

beforeAll(async () => {
  server = await startTestServer();
  evil = await startSite((request, response) => void answer(request, response), "127.0.0.1");
  sibling = await startSite((request, response) => void answer(request, response));
  phone = await takePhone(server.origin);
  await phone.createAccount("Ada Lovelace");
});
afterAll(async () => {
  await phone[Symbol.asyncDispose]();
  await evil[Symbol.asyncDispose]();
  await sibling[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});
beforeEach(async () => {
  login = await AttackersLogin.begin(server.origin);
  tab = seen(await phone.page.context().newPage());
  return () => tab.page.close();
});

async function answer({ url = "/" }: IncomingMessage, response: ServerResponse): Promise<void> {
  const link = await login.link();
  if (url === "/go") return void response.writeHead(302, { Location: link }).end();
  const pages: Record<string, string> = {
    "/link": `<a href="${link}">You have won</a>`,
    "/redirect": `<a href="/go">You have won</a>`,
    "/window": `<a onclick="window.open('/go', '_blank', 'popup')">You have won</a>`,
    "/form": `<form action="${link}"><button>You have won</button></form>`,
    "/no-referrer": `<a href="${link}" rel="noreferrer noopener">You have won</a>`,
    "/refresh": `<a href="/refreshed">You have won</a>`,
    "/refreshed": `<meta http-equiv="refresh" content="0; url=${link}">`,
    "/prefetch": `<a href="${link}">You have won</a><script type="speculationrules">
      {"prefetch": [{"source": "list", "urls": ["${link}"], "eagerness": "immediate"}]}</script>`,
  };
  response.writeHead(200, { "Content-Type": "text/html" });
  response.end(`<!doctype html><title>You have won</title>${pages[url] ?? ""}`);
}

/** Follows the attacker's link. Returns the page. */
async function isLed(url: string): Promise<void> {
  await tab.page.goto(url);
  await tab.page.getByText("You have won").click();
  await tab.page.waitForURL(`${server.origin}/**`);
}

describe("a link that another site opens", () => {
  it.each(["/link", "/redirect", "/form", "/no-referrer", "/refresh", "/prefetch"])(
    "asks whether the code was scanned before it claims a login opened by %s [ATTACK-link-from-another-site]",
    async (way) => {
      await isLed(`${evil.origin}${way}`);
      await tab.sees("confirm-link");
      expect(await login.snapshot()).toMatchObject({ status: "pending", version: 1 });
    },
  );

  it("asks before it claims a link in a window that another site opens", async () => {
    const opening = tab.page.context().waitForEvent("page");
    await tab.page.goto(`${evil.origin}/window`);
    await tab.page.getByText("You have won").click();
    const popup = seen(await opening);
    await popup.sees("confirm-link");
    expect(await login.snapshot()).toMatchObject({ status: "pending", version: 1 });
    await popup.page.close();
  });

  it("asks before it claims a link that a page of the same site opens", async () => {
    await isLed(`${sibling.origin}/link`);
    await tab.sees("confirm-link");
    expect(await login.snapshot()).toMatchObject({ status: "pending", version: 1 });
  });

  it("claims the login once the user confirms the scan", async () => {
    await isLed(`${evil.origin}/link`);
    await tab.press(PHONE.confirmLink.confirm);
    await tab.sees("request");
    expect((await login.snapshot()).status).toBe("scanned");
  });

  it("claims nothing when the user denies the scan", async () => {
    await isLed(`${evil.origin}/link`);
    await tab.press(PHONE.confirmLink.decline);
    await tab.sees("notScanned");
    expect(await login.snapshot()).toMatchObject({ status: "pending", version: 1 });
  });

  it("claims nothing after a reload or going back and forward", async () => {
    await isLed(`${evil.origin}/link`);
    await tab.sees("confirm-link");
    await tab.page.goBack();
    await tab.page.goForward();
    await tab.page.locator("main:not([data-state=loading])").waitFor();
    expect(await login.snapshot()).toMatchObject({ status: "pending", version: 1 });
    await tab.page.reload();
    await tab.sees("home");
    expect(await login.snapshot()).toMatchObject({ status: "pending", version: 1 });
  });

  it("asks again when the question was left open in the same tab", async () => {
    await isLed(`${evil.origin}/link`);
    await tab.sees("confirm-link");
    await isLed(`${evil.origin}/redirect`);
    await tab.sees("confirm-link");
    expect(await login.snapshot()).toMatchObject({ status: "pending", version: 1 });
  });

  it("asks whatever the fragment, the window name or the history state say", async () => {
    const link = await login.link();
    await tab.page.goto(evil.origin);
    await tab.page.evaluate((url) => {
      window.name = "direct";
      history.replaceState({ navigation: "direct" }, "");
      location.href = `${url}?navigation=direct#direct`;
    }, link);
    await tab.page.waitForURL(`${server.origin}/**`);
    await tab.sees("confirm-link");
    expect(await login.snapshot()).toMatchObject({ status: "pending", version: 1 });
  });
});

it("claims a link from the camera app without a question", async () => {
  await tab.page.goto(await login.link());
  await tab.sees("request");
  expect((await login.snapshot()).status).toBe("scanned");
});

describe("the attacker's own snapshot", () => {
  it("hides whether the visitor is signed in until they answer [ATTACK-link-from-another-site/3]", async () => {
    // For this client, the screen shows digits once a signed-in user has claimed the login.
    login = await AttackersLogin.begin(server.origin, "phone");
    const before = await login.snapshot();
    await isLed(`${evil.origin}/link`);
    await tab.sees("confirm-link");
    expect(await login.snapshot()).toEqual(before);
    await using stranger = await takePhone(server.origin);
    await stranger.page.goto(`${evil.origin}/link`);
    await stranger.page.getByText("You have won").click();
    await stranger.sees("confirm-link");
    expect(await login.snapshot()).toEqual(before);
  });
});
