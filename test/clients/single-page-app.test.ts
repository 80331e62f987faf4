import { build } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SCREEN } from "../../src/web/ui/texts.ts";
import { launchBrowser } from "../e2e/support/chromium.ts";
import { codeToType, openScreen } from "../e2e/support/people.ts";
import { PhoneApp } from "../e2e/support/phone-app.ts";
import { startTestServer, type TestServer } from "../support/node/server.ts";
import { startSite, type Site } from "../e2e/support/site.ts";
import { startTrustedIssuer, type TrustedIssuer } from "../e2e/support/trusted-issuer.ts";

/** A single-page app with oidc-client-ts: all its requests use CORS. */

const SCRIPT = `
  import { IndexedDbDPoPStore, UserManager } from "oidc-client-ts";
  const settings = JSON.parse(document.querySelector("#settings").textContent);
  const manager = new UserManager({
    ...settings,
    automaticSilentRenew: false,
    ...(settings.dpop ? { dpop: { bind_authorization_code: true, store: new IndexedDbDPoPStore() } } : {}),
  });
  const show = (state, user) => {
    document.querySelector("main").dataset.state = state;
    document.querySelector("main").textContent = user?.profile.name ?? "Nobody";
    document.title = user ? user.token_type + " " + user.access_token.slice(-20) : "Nobody";
  };
  const on = (name, act) =>
    document.querySelector("#" + name).addEventListener("click", () =>
      act().catch((error) => { console.error(String(error)); show("failed"); }));
  on("login", () => manager.signinRedirect());
  on("refresh", async () => { show("refreshed", await manager.signinSilent()); });
  on("tell", async () => {
    const { userinfo_endpoint } = await manager.metadataService.getMetadata();
    const user = await manager.getUser();
    const proof = settings.dpop ? await manager.dpopProof(userinfo_endpoint, user, "GET") : undefined;
    const headers = { Authorization: (proof ? "DPoP " : "Bearer ") + user.access_token };
    const answer = await fetch(userinfo_endpoint, { headers: proof ? { ...headers, DPoP: proof } : headers });
    const told = await answer.json();
    show(answer.ok && told.sub === user.profile.sub ? "told" : "failed", user);
  });
  on("logout", () => manager.signoutRedirect({ state: "bye" }));
  try {
    const back = new URLSearchParams(location.search);
    if (back.has("code") || back.has("error")) {
      const user = await manager.signinRedirectCallback();
      history.replaceState(null, "", location.pathname);
      show("logged-in", user);
    } else if (back.has("state")) {
      await manager.signoutRedirectCallback();
      show("logged-out");
    } else {
      show("nobody");
    }
  } catch (error) {
    console.error(String(error));
    show("failed");
  }
`;

let site: Site;
let server: TestServer;
let issuer: TrustedIssuer;
let browser: Browser;

beforeAll(async () => {
  const { outputFiles } = await build({
    stdin: { contents: SCRIPT, resolveDir: import.meta.dirname },
    bundle: true,
    format: "esm",
    write: false,
  });
  const script = outputFiles[0]?.text ?? "";
  site = await startSite((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    if (pathname === "/app.js") {
      response.writeHead(200, { "Content-Type": "text/javascript" }).end(script);
    } else if (pathname === "/bearer" || pathname === "/dpop") {
      response.writeHead(200, { "Content-Type": "text/html" }).end(page(pathname));
    } else {
      response.writeHead(204).end();
    }
  });
  issuer = await startTrustedIssuer();
  const addresses = [`${site.origin}/bearer`, `${site.origin}/dpop`];
  const spa = {
    redirect_uris: addresses,
    post_logout_redirect_uris: addresses,
    allowed_origins: [site.origin],
  };
  const clients = [{ ...spa, client_id: "spa", name: "The App" }];
  server = await startTestServer({
    vars: { CLIENTS: JSON.stringify(clients), ISSUERS: JSON.stringify([issuer.setting]) },
  });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
  await issuer[Symbol.asyncDispose]();
  await site[Symbol.asyncDispose]();
});

function page(path: string): string {
  const settings = {
    authority: server.origin,
    client_id: "spa",
    redirect_uri: site.origin + path,
    post_logout_redirect_uri: site.origin + path,
    scope: "openid profile offline_access",
    dpop: path === "/dpop",
  };
  return `<!doctype html><title>App</title><main data-state="starting"></main>
    <button id="login">Log in</button><button id="refresh">Refresh</button>
    <button id="tell">Who am I?</button><button id="logout">Log out</button>
    <script type="application/json" id="settings">${JSON.stringify(settings)}</script>
    <script type="module" src="/app.js"></script>`;
}

async function approveWhatIsShown(page: Page): Promise<void> {
  const phone = new PhoneApp(server.origin, await issuer.tokenFor("ada", { name: "Ada Lovelace" }));
  const code = await codeToType(page);
  await phone.decide("approve", await phone.type(code));
}

describe.each(["bearer", "dpop"])("with %s tokens", (kind) => {
  it("logs a user in, refreshes, reads userinfo and logs out", async () => {
    const app = await openScreen(browser, `${site.origin}/${kind}`);
    await app.sees("nobody");
    await app.press("Log in");
    await app.sees("pending");
    await app.page.getByText("The App").first().waitFor();
    await approveWhatIsShown(app.page);
    await app.sees("logged-in");
    await app.page.getByText("Ada Lovelace").waitFor();
    const first = await app.page.title();
    expect(first.toLowerCase()).toContain(kind);

    await app.press("Refresh");
    await app.sees("refreshed");
    expect(await app.page.title()).not.toBe(first);

    await app.press("Who am I?");
    await app.sees("told");

    await app.press("Log out");
    await app.sees("logged-out");
    expect(app.errors).toEqual([]);
    await app.page.close();
  });
});

it("shows a denial", async () => {
  const app = await openScreen(browser, `${site.origin}/bearer`);
  await app.press("Log in");
  await app.sees("pending");
  const phone = new PhoneApp(server.origin, await issuer.tokenFor("ada"));
  const code = await codeToType(app.page);
  await phone.decide("deny", await phone.type(code));
  await app.sees("denied");
  await app.press(SCREEN.backTo("The App"));
  await app.sees("failed");
  expect(app.errors.join()).toContain("declined");
  await app.page.close();
});
