import type { UserManager } from "oidc-client-ts";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launchBrowser } from "../e2e/support/chromium.ts";
import { BrowserApp } from "./support/browser-app.ts";
import { phoneFor } from "./support/provider.ts";

const app = new BrowserApp(
  "oidc-client-ts",
  `
  import { UserManager, WebStorageStateStore } from "oidc-client-ts";
  const client = new UserManager({
    authority: issuer,
    client_id: clientId,
    redirect_uri: origin + "/",
    post_logout_redirect_uri: origin + "/",
    scope: "openid profile offline_access",
    // One login for all tabs of the app.
    userStore: new WebStorageStateStore({ store: localStorage }),
  });
  if (new URLSearchParams(location.search).has("code")) {
    await client.signinRedirectCallback();
    history.replaceState(null, "", "/");
  }
  globalThis.client = client;
`,
);

let browser: Browser;
let context: BrowserContext;
beforeAll(async () => {
  browser = await launchBrowser();
  context = await browser.newContext({ ignoreHTTPSErrors: true });
});
afterAll(() => browser.close());

declare const client: UserManager;

const refresh = (page: Page) =>
  page.evaluate(async () => (await client.signinSilent())?.profile.name);

it("oidc-client-ts stays logged in when two tabs refresh at once, and logs out", async () => {
  const tab = await app.open(context);
  await tab.evaluate(() => void client.signinRedirect());
  await app.approve(tab);
  const other = await app.open(context);

  // The requests leave when both are there, so that both have the same refresh token.
  const waiting: (() => void)[] = [];
  await context.route("**/token", async (route) => {
    await new Promise<void>((leave) => {
      waiting.push(leave);
      if (waiting.length >= 2) for (const each of waiting) each();
    });
    await route.continue();
  });
  for (let i = 0; i < 2; i++) {
    waiting.splice(0);
    expect(await Promise.all([refresh(tab), refresh(other)])).toEqual([
      "Ada Lovelace",
      "Ada Lovelace",
    ]);
  }
  const history = await phoneFor("oidc-client-ts").history();
  expect(history.filter(({ type }) => type === "attack")).toEqual([]);

  await tab.evaluate(() => void client.signoutRedirect());
  await expect
    .poll(async () =>
      (await phoneFor("oidc-client-ts").devices()).every(({ ended_at }) => ended_at),
    )
    .toBe(true);
});
