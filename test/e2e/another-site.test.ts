import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { PHONE } from "../../src/web/ui/texts.ts";
import { launchBrowser } from "./support/chromium.ts";
import { openScreen, shownLink, takePhone } from "./support/people.ts";
import { startTestServer, type TestServer } from "../support/node/server.ts";

/** Another site that imports the SDK. */

let shop: string;
let server: TestServer;
let browser: Browser;

const site = createServer((request, response) => {
  const page = `<!doctype html><title>Shop</title><body><main data-state="starting">Shop</main>
    <script type="module">
      import { startLogin, renderQr } from "${server.origin}/sdk.js";
      const main = document.querySelector("main");
      const show = (state) => { main.dataset.state = state; };
      try {
        const transport = new URLSearchParams(location.search).get("transport");
        const clientId = new URLSearchParams(location.search).get("client") ?? "shop";
        const login = await startLogin({ clientId, scope: "openid profile" });
        const ended = new AbortController();
        (async () => {
          for await (const link of login.codes(ended.signal)) {
            main.replaceChildren(renderQr(link, "code"));
            main.firstChild.dataset.link = link;
          }
        })();
        for await (const event of login.watch({ transport, signal: ended.signal })) {
          if (event.type !== "snapshot") continue;
          show(event.snapshot.status);
          if (event.snapshot.status !== "approved") continue;
          const { claims, token_type } = await login.redeem(event.snapshot.code);
          document.title = claims.name;
          const person = await (await login.fetch("${server.origin}/userinfo")).json();
          main.dataset.userinfo = token_type + " " + person.name;
          show("welcome");
          break;
        }
        ended.abort();
      } catch (error) {
        show("failed-" + error.code);
      }
    </script>`;
  response.writeHead(request.url === "/favicon.ico" ? 204 : 200, { "Content-Type": "text/html" });
  response.end(request.url === "/favicon.ico" ? undefined : page);
});

beforeAll(async () => {
  site.listen(0, "localhost");
  await once(site, "listening");
  shop = `http://localhost:${(site.address() as AddressInfo).port}`;
  const clients = [
    { client_id: "screen", name: "QR login" },
    { client_id: "shop", name: "The Shop", allowed_origins: [shop] },
  ];
  server = await startTestServer({ vars: { CLIENTS: JSON.stringify(clients) } });
  browser = await launchBrowser();
});
afterAll(async () => {
  site.close();
  await browser.close();
  await server[Symbol.asyncDispose]();
});

it.each(["websocket", "sse", "poll"])("logs in a user on another site by %s", async (transport) => {
  const screen = await openScreen(browser, `${shop}/?transport=${transport}`);
  await screen.sees("pending");
  await using phone = await takePhone(server.origin);
  await phone.createAccount("Ada Lovelace");
  await phone.page.goto(await shownLink(screen));
  await phone.page.getByText(PHONE.request.screen.heading("The Shop")).waitFor();
  await phone.press(PHONE.request.approve);
  await screen.sees("welcome");
  expect(await screen.page.title()).toBe("Ada Lovelace");
  // The access token is bound to the page's key and is accepted with a proof.
  const userinfo = await screen.page.locator("main").getAttribute("data-userinfo");
  expect(userinfo).toBe("DPoP Ada Lovelace");
  await screen.page.close();
});

it("refuses a login for a client of another origin", async () => {
  const screen = await openScreen(browser, `${shop}/?client=screen`);
  await screen.sees("failed-origin_not_allowed");
  await screen.page.close();
});

it("blocks framing of the pages and by the pages [RFC6749-10.13/2]", async () => {
  const screen = await openScreen(browser, `${shop}/`);
  await screen.sees("pending");
  const framed = await screen.page.evaluate(async (url) => {
    const frame = document.createElement("iframe");
    frame.src = url;
    const loaded = new Promise((resolve) => frame.addEventListener("load", resolve));
    document.body.append(frame);
    await loaded;
    // A blocked frame has an opaque error page; our own page would have a document.
    return frame.contentWindow?.length;
  }, `${server.origin}/phone`);
  expect(framed).toBe(0);
  expect(screen.errors.join()).toContain("frame-ancestors 'none'");
  await screen.page.close();
});
