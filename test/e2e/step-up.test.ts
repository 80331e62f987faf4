import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { PHONE } from "../../src/web/ui/texts.ts";
import { addAuthenticator, launchBrowser } from "./support/chromium.ts";
import { codeToType, openScreen, seen, shownLink, takePhone } from "./support/people.ts";
import { startPolicyServer } from "./support/policy-server.ts";
import type { TestServer } from "../support/node/server.ts";

/** Step-up: the passkey signs the approved login. */

let server: TestServer;
let desk: Browser;

beforeAll(async () => {
  server = await startPolicyServer({ matching: "off", step_up: "always" });
  desk = await launchBrowser();
});
afterAll(async () => {
  await desk.close();
  await server[Symbol.asyncDispose]();
});

it("asks for the passkey again after an approval without it [QR-LOGIN-11/2]", async () => {
  const screen = await openScreen(desk, `${server.origin}/`);
  await screen.sees("pending");
  await using phone = await takePhone(server.origin);
  await phone.createAccount("Ada Lovelace");
  await phone.follow(screen);
  await phone.sees("request");
  await phone.page.getByText(PHONE.request.stepUp).waitFor();

  await phone.authenticator.unlocks(false);
  await phone.press(PHONE.request.approve);
  await phone.page.getByText(PHONE.notices.passkeyCancelled).waitFor();
  await screen.sees("scanned");

  await phone.authenticator.unlocks(true);
  await phone.press(PHONE.request.approve);
  await phone.page.getByText(PHONE.ends.approved[1]).waitFor();
  await screen.sees("logged-in");
  await screen.page.close();
});

it("logs in on the same device with the passkey alone [QR-LOGIN-21]", async () => {
  const screen = await openScreen(desk, `${server.origin}/`);
  await screen.sees("pending");
  const phone = seen(await screen.page.context().newPage());
  await addAuthenticator(phone.page);
  await phone.page.goto(await shownLink(screen));
  await phone.page.getByText(PHONE.sameDevice.text).waitFor();
  // Nothing was approved.
  await screen.sees("pending");

  await phone.press(PHONE.sameDevice.logIn);
  await phone.press(PHONE.signIn.create);
  await phone.page.getByLabel(PHONE.create.name).fill("Grace Hopper");
  await phone.press(PHONE.create.submit);
  await phone.sees("request");
  await phone.press(PHONE.request.approve);
  await phone.page.getByText(PHONE.ends.approvedHere[1]).waitFor();
  await screen.sees("logged-in");
  await screen.page.getByText("Logged in as Grace Hopper").first().waitFor();
  expect(screen.errors).toEqual([]);
  await screen.page.context().close();
});

it("asks for the passkey when the code is typed in the browser that shows it", async () => {
  const screen = await openScreen(desk, `${server.origin}/`);
  const phone = seen(await screen.page.context().newPage());
  await addAuthenticator(phone.page);
  await phone.page.goto(`${server.origin}/phone`);
  await phone.press(PHONE.signIn.create);
  await phone.page.getByLabel(PHONE.create.name).fill("Grace Hopper");
  await phone.press(PHONE.create.submit);
  await phone.sees("home");

  await phone.press(PHONE.home.type);
  await phone.page.getByLabel(PHONE.typing.label).fill(await codeToType(screen.page));
  await phone.press(PHONE.typing.submit);
  await phone.page.getByText(PHONE.sameDevice.text).waitFor();
  await phone.press(PHONE.sameDevice.logIn);
  await phone.sees("request");
  await phone.press(PHONE.request.approve);
  await phone.page.getByText(PHONE.ends.approvedHere[1]).waitFor();
  await screen.sees("logged-in");
  await screen.page.context().close();
});
