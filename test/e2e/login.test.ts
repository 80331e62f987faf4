import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PHONE, SCREEN } from "../../src/web/ui/texts.ts";
import { launchBrowser } from "./support/chromium.ts";
import { codeToType, interceptOnce, openScreen, shownLink, takePhone } from "./support/people.ts";
import { startTestServer, type TestServer } from "../support/node/server.ts";

/** A whole login with two browsers, a camera that sees the screen, and a passkey. */

let server: TestServer;
let desk: Browser;

beforeAll(async () => {
  server = await startTestServer();
  desk = await launchBrowser();
});
afterAll(async () => {
  await desk.close();
  await server[Symbol.asyncDispose]();
});

describe.each([
  ["websocket", SCREEN.connection.websocket],
  ["sse", SCREEN.connection.sse],
  ["poll", SCREEN.connection.poll],
])("by %s", (transport, smallPrint) => {
  it("logs a user in after a scan and an approval [QR-LOGIN-25]", async () => {
    const screen = await openScreen(desk, `${server.origin}/?transport=${transport}`);
    await screen.sees("pending");
    await screen.page.getByText(smallPrint).waitFor();
    await using phone = await takePhone(server.origin);
    await phone.createAccount("Ada Lovelace");

    await phone.scan(screen);
    await phone.sees("request");
    await screen.sees("scanned");
    expect(await screen.page.title()).toBe(SCREEN.scanned.title);
    // The screen does not show the user before the approval.
    expect(await screen.page.content()).not.toContain("Ada");
    expect(await phone.page.locator("main").innerText()).toContain("Chrome");

    await phone.press(PHONE.request.approve);
    await phone.page.getByText(PHONE.ends.approved[1]).waitFor();
    await screen.sees("logged-in");
    await screen.page.getByText("Logged in as Ada Lovelace").first().waitFor();
    expect([...screen.errors, ...phone.errors]).toEqual([]);
    await screen.page.close();
  });
});

it("continues a login after the server was restarted", async () => {
  const screen = await openScreen(desk, `${server.origin}/`);
  await screen.sees("pending");
  await using phone = await takePhone(server.origin);
  await phone.createAccount("Grace Hopper");
  await phone.scan(screen);
  await phone.sees("request");
  await screen.sees("scanned");

  await server.kill();
  await screen.page.getByText(SCREEN.connection.reconnecting).waitFor();
  await server.restart();

  await phone.press(PHONE.request.approve);
  await phone.page.getByText(PHONE.ends.approved[1]).waitFor();
  await screen.sees("logged-in");
  await screen.page.getByText("Logged in as Grace Hopper").first().waitFor();
  await screen.page.close();
});

it("tells the screen about a denial and offers a new code [QR-LOGIN-7/2]", async () => {
  const screen = await openScreen(desk, `${server.origin}/`);
  await screen.sees("pending");
  const first = await shownLink(screen);
  await using phone = await takePhone(server.origin);
  await phone.createAccount("Ada Lovelace");
  await phone.scan(screen);
  await phone.press(PHONE.request.decline);
  await phone.page.getByText(PHONE.ends.denied[0]).first().waitFor();
  await screen.sees("denied");
  await screen.press(SCREEN.denied.action);
  await screen.sees("pending");
  expect((await shownLink(screen)).split(".")[0]).not.toBe(first.split(".")[0]);
  await screen.page.close();
});

it("accepts a typed code before the sign-in [ASVS-3.7.5/2]", async () => {
  const screen = await openScreen(desk, `${server.origin}/`);
  await screen.sees("pending");
  const code = await codeToType(screen.page);
  await using phone = await takePhone(server.origin);
  await phone.createAccount("Ada Lovelace");
  await phone.press(PHONE.home.type);
  await phone.page.getByLabel(PHONE.typing.label).fill("wrong");
  await phone.press(PHONE.typing.submit);
  await phone.page.getByText(PHONE.typing.impossible("O")).waitFor();
  await phone.page.getByLabel(PHONE.typing.label).fill("WDJB");
  await phone.press(PHONE.typing.submit);
  await phone.page.getByText(PHONE.typing.malformed, { exact: true }).waitFor();
  const spelled = `\u200e“${code.toLowerCase().replace("-", "\u2212")}”.`;
  await phone.page.getByLabel(PHONE.typing.label).fill(spelled);
  await phone.press(PHONE.typing.submit);
  await phone.sees("request");
  await phone.press(PHONE.request.approve);
  await screen.sees("logged-in");
  await screen.press(SCREEN.loggedIn.logOut);
  await screen.sees("pending");
  await screen.page.close();
});

it("continues with a link from the camera app after a sign-in and a reload [RFC10027-6.1.13]", async () => {
  const screen = await openScreen(desk, `${server.origin}/`);
  await screen.sees("pending");
  await using phone = await takePhone(server.origin);
  await phone.page.goto(await shownLink(screen));
  await phone.sees("sign-in");
  await screen.sees("scanned");
  // The code is removed from the URL and so from the browser history.
  expect(phone.page.url()).toBe(`${server.origin}/phone`);
  await phone.page.reload();
  await phone.sees("sign-in");
  await phone.press(PHONE.signIn.create);
  await phone.page.getByLabel(PHONE.create.name).fill("Ada Lovelace");
  await phone.press(PHONE.create.submit);
  await phone.sees("request");
  await phone.press(PHONE.request.approve);
  await screen.sees("logged-in");
  await screen.page.close();
});

it("keeps a phone signed in until it signs out and signs it in again without a name [ASVS-7.4.4]", async () => {
  await using phone = await takePhone(server.origin);
  await phone.createAccount("Ada Lovelace");
  await phone.page.reload();
  await phone.sees("home");
  await phone.page.getByText(PHONE.signedInAs("Ada Lovelace")).waitFor();
  await phone.press(PHONE.signOut);
  await phone.sees("sign-in");
  await phone.press(PHONE.signIn.signIn);
  await phone.sees("home");
  await phone.page.getByText(PHONE.signedInAs("Ada Lovelace")).waitFor();
});

it("recovers the result of an approval whose response was lost", async () => {
  const screen = await openScreen(desk, `${server.origin}/`);
  await screen.sees("pending");
  await using phone = await takePhone(server.origin);
  await phone.createAccount("Ada Lovelace");
  await phone.follow(screen);
  await phone.sees("request");
  await phone.page.route(/\/approve$/, async (route) => {
    await route.fetch();
    await route.abort();
  });
  await phone.press(PHONE.request.approve);
  await screen.sees("logged-in");
  await phone.page.getByText(PHONE.ends.approved[1]).waitFor();
  await screen.page.close();
});

it("logs the screen in once when the token response was lost", async () => {
  const screen = await openScreen(desk, `${server.origin}/`);
  await screen.sees("pending");
  await using phone = await takePhone(server.origin);
  await phone.createAccount("Ada Lovelace");
  const proofs: (string | undefined)[] = [];
  screen.page.on("request", (request) => {
    if (request.url().endsWith("/token")) proofs.push(request.headers()["dpop"]);
  });
  await interceptOnce(screen.page, "/token", async (route) => {
    expect((await route.fetch()).status()).toBe(200);
    await route.abort();
  });
  await phone.follow(screen);
  await phone.sees("request");
  await phone.press(PHONE.request.approve);
  await screen.sees("logged-in");
  await screen.page.getByText("Logged in as Ada Lovelace").first().waitFor();
  expect(new Set(proofs).size).toBe(2);
  const { devices } = (await (
    await phone.page.request.get(`${server.origin}/account/devices`)
  ).json()) as { devices: unknown[] };
  expect(devices).toHaveLength(1);
  const { events } = (await (
    await phone.page.request.get(`${server.origin}/account/history`)
  ).json()) as { events: { type: string }[] };
  expect(events.map(({ type }) => type)).not.toContain("attack");
  await screen.page.close();
});

it("keeps the claim when the scan response was lost", async () => {
  const screen = await openScreen(desk, `${server.origin}/`);
  await screen.sees("pending");
  await using phone = await takePhone(server.origin);
  await phone.createAccount("Ada Lovelace");
  await interceptOnce(phone.page, "/scan", async (route) => {
    await route.fetch();
    await route.abort();
  });
  await phone.follow(screen);
  await screen.sees("scanned");
  await phone.press(PHONE.tryAgain);
  await phone.sees("request");
  await phone.press(PHONE.request.approve);
  await screen.sees("logged-in");
  await screen.page.close();
});

it("tells a second phone that the code was already scanned", async () => {
  const screen = await openScreen(desk, `${server.origin}/`);
  await screen.sees("pending");
  await using first = await takePhone(server.origin);
  await using second = await takePhone(server.origin);
  const link = await shownLink(screen);
  await first.page.goto(link);
  await first.sees("sign-in");
  await second.page.goto(link);
  await second.page.getByText(PHONE.ends.used[0]).first().waitFor();
  await screen.sees("scanned");
  await screen.page.close();
});
