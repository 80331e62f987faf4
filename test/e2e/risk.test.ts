import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { PHONE } from "../../src/web/ui/texts.ts";
import { launchBrowser } from "./support/chromium.ts";
import { openScreen, shownLink, takePhone } from "./support/people.ts";
import { startPolicyServer } from "./support/policy-server.ts";

/** The risk reasons on the phone. */

let desk: Browser;

beforeAll(async () => {
  desk = await launchBrowser();
});
afterAll(() => desk.close());

it("shows why a login is unusual and what to check [RFC10027-6.1.13/3]", async () => {
  await using server = await startPolicyServer({ verify: ["first_login"], step_up: "off" });
  const screen = await openScreen(desk, `${server.origin}/`);
  await screen.sees("pending");
  await using phone = await takePhone(server.origin);
  await phone.createAccount("Ada Lovelace");
  await phone.follow(screen);
  await phone.sees("request");
  await phone.page.getByText(PHONE.request.verdict.verify).waitFor();
  await phone.page.getByText(PHONE.reasons.first_login).waitFor();
  await phone.page.getByText(PHONE.request.screen.warningDetail).waitFor();
  await phone.page.getByLabel(PHONE.match.digits.label).waitFor();
  await screen.page.close();
});

it("offers no approval for a blocked login and says why", async () => {
  await using server = await startPolicyServer({ block: ["first_login"] });
  const screen = await openScreen(desk, `${server.origin}/`);
  await screen.sees("pending");
  await using phone = await takePhone(server.origin);
  await phone.createAccount("Ada Lovelace");
  await phone.follow(screen);
  await phone.sees("request");
  await phone.page.getByText(PHONE.reasons.first_login).waitFor();
  await phone.page.getByText(PHONE.request.blocked).waitFor();
  expect(await phone.page.locator(".choice button").allInnerTexts()).toEqual([
    PHONE.request.decline,
  ]);
  await phone.press(PHONE.request.decline);
  await screen.sees("denied");
  await screen.page.close();
});

it("shows on the phone that the code was scanned again", async () => {
  await using server = await startPolicyServer({ matching: "off", step_up: "off" });
  const screen = await openScreen(desk, `${server.origin}/`);
  await screen.sees("pending");
  await using first = await takePhone(server.origin);
  await using second = await takePhone(server.origin);
  await first.createAccount("Ada Lovelace");
  const link = await shownLink(screen);
  await first.page.goto(link);
  await first.sees("request");
  await second.page.goto(link);
  await second.page.getByText(PHONE.ends.used[0]).first().waitFor();
  await first.page.getByText(PHONE.request.repeated).waitFor();
  await first.press(PHONE.request.decline);
  await screen.sees("denied");
  await screen.page.close();
});
