import type { Browser } from "playwright-core";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { PHONE, SCREEN } from "../../src/web/ui/texts.ts";
import { startTestServer, type TestServer } from "../support/node/server.ts";
import { launchBrowser } from "./support/chromium.ts";
import { openScreen, shownLink, takePhone } from "./support/people.ts";
import { startSite, type Site } from "./support/site.ts";

/** The login page for a client whose requests must be pushed, and for one that wants a fragment. */

const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
const CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

let site: Site;
let server: TestServer;
let browser: Browser;

beforeAll(async () => {
  site = await startSite((_, response) => {
    response.writeHead(200, { "Content-Type": "text/html" });
    response.end("<!doctype html><title>The Bank</title>");
  });
  const redirect_uris = [`${site.origin}/back`];
  const keys = [await exportJWK(publicKey)];
  const clients = [
    { client_id: "bank", name: "The Bank", redirect_uris, jwks: { keys }, profile: "fapi2" },
    { client_id: "page", name: "The Page", redirect_uris },
  ];
  server = await startTestServer({ vars: { CLIENTS: JSON.stringify(clients) } });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
  await site[Symbol.asyncDispose]();
});

const requestOf = (client_id: string): Record<string, string> => ({
  client_id,
  redirect_uri: `${site.origin}/back`,
  response_type: "code",
  scope: "openid",
  state: "s",
  code_challenge: CHALLENGE,
  code_challenge_method: "S256",
});

/** Pushes a request of the bank. Returns where the browser is sent. */
async function push(): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: "bank", sub: "bank", aud: server.origin, exp: now + 60, iat: now };
  const client_assertion = await new SignJWT({ ...claims, jti: randomUUID() })
    .setProtectedHeader({ alg: "ES256" })
    .sign(privateKey);
  const answer = await fetch(`${server.origin}/par`, {
    method: "POST",
    body: new URLSearchParams({
      ...requestOf("bank"),
      client_assertion,
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    }),
  });
  const { request_uri }: { request_uri: string } = JSON.parse(await answer.text());
  const query = new URLSearchParams({ client_id: "bank", request_uri });
  return `${server.origin}/authorize?${query.toString()}`;
}

it("gets a new code by loading the page again if the client must push its requests", async () => {
  await using phone = await takePhone(server.origin);
  await phone.createAccount("Ada Lovelace");
  const screen = await openScreen(browser, await push());
  await screen.sees("pending");
  const first = await shownLink(screen);
  await phone.page.goto(first);
  await phone.press(PHONE.request.decline);
  const requests: string[] = [];
  screen.page.on("request", (request) => requests.push(new URL(request.url()).pathname));
  await screen.sees("denied");
  await screen.press(SCREEN.denied.action);
  await screen.sees("pending");
  const second = await shownLink(screen);
  expect(second.split(".")[0]).not.toBe(first.split(".")[0]);
  expect(requests).toContain("/authorize");
  expect(requests).not.toContain("/sessions");
  await phone.page.goto(second);
  await phone.sees("request");
  await phone.press(PHONE.request.approve);
  await screen.page.waitForURL(`${site.origin}/back?code=*`);
  await screen.page.close();
});

it("returns the code in the fragment if the client asks for it", async () => {
  await using phone = await takePhone(server.origin);
  await phone.createAccount("Ada Lovelace");
  const query = new URLSearchParams({ ...requestOf("page"), response_mode: "fragment" });
  const screen = await openScreen(browser, `${server.origin}/authorize?${query.toString()}`);
  await screen.sees("pending");
  await phone.page.goto(await shownLink(screen));
  await phone.sees("request");
  await phone.press(PHONE.request.approve);
  await screen.page.waitForURL((url) => url.origin === site.origin);
  const { search, hash } = new URL(screen.page.url());
  expect(search).toBe("");
  const parameters = Object.fromEntries(new URLSearchParams(hash.slice(1)));
  expect(parameters).toEqual({ code: expect.any(String), state: "s", iss: server.origin });
  await screen.page.close();
});
