import type { PublicClientApplication } from "@azure/msal-browser";
import type { Browser, BrowserContext } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launchBrowser } from "../e2e/support/chromium.ts";
import { BrowserApp } from "./support/browser-app.ts";
import { phoneFor } from "./support/provider.ts";

const app = new BrowserApp(
  "msal-browser",
  `
  import { ProtocolMode, PublicClientApplication } from "@azure/msal-browser";
  const client = new PublicClientApplication({
    auth: {
      clientId,
      authority: issuer,
      knownAuthorities: [new URL(issuer).host],
      redirectUri: origin + "/",
      postLogoutRedirectUri: origin + "/",
    },
    system: { protocolMode: ProtocolMode.OIDC },
  });
  await client.initialize();
  await client.handleRedirectPromise();
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

declare const client: PublicClientApplication;

it("@azure/msal-browser logs a user in, refreshes and logs out", async () => {
  const tab = await app.open(context);
  await tab.evaluate(() => void client.loginRedirect());
  await app.approve(tab);
  expect(await tab.evaluate(() => client.getAllAccounts()[0]?.name)).toBe("Ada Lovelace");

  const refreshed = await tab.evaluate(async () => {
    const [account] = client.getAllAccounts();
    const request = { scopes: ["openid"], forceRefresh: true, ...(account ? { account } : {}) };
    return (await client.acquireTokenSilent(request)).account.name;
  });
  expect(refreshed).toBe("Ada Lovelace");

  await tab.evaluate(() => {
    const [account] = client.getAllAccounts();
    if (account?.idToken !== undefined)
      void client.logoutRedirect({ account, idTokenHint: account.idToken });
  });
  await expect
    .poll(async () => (await phoneFor("msal-browser").devices()).filter((login) => !login.ended_at))
    .toEqual([]);
});
