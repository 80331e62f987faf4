import type { Browser } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ACCOUNT, PHONE } from "../../src/web/ui/texts.ts";
import { launchBrowser } from "./support/chromium.ts";
import { logIn } from "./support/log-in.ts";
import { interceptOnce, takePhone, type PhoneInHand } from "./support/people.ts";
import { startTestServer, type TestServer } from "../support/node/server.ts";

/** The list of logins on the phone. */

const texts = ACCOUNT.devices;

let server: TestServer;
let desk: Browser;
let phone: PhoneInHand;

beforeAll(async () => {
  server = await startTestServer();
  desk = await launchBrowser();
});
afterAll(async () => {
  await desk.close();
  await server[Symbol.asyncDispose]();
});
beforeEach(async () => {
  phone = await takePhone(server.origin);
  await phone.createAccount("Ada Lovelace");
  return () => phone[Symbol.asyncDispose]();
});

const entries = () => phone.page.locator("[data-sid]");
/** The button of a device. Its accessible name begins with its visible text. */
const press = (name: string) => phone.page.getByRole("button", { name }).first().click();

async function openDevices(): Promise<void> {
  await phone.page.goto(`${server.origin}/phone`);
  await phone.page.getByRole("link", { name: ACCOUNT.navigation.devices }).click();
  await phone.sees("devices");
}

describe("the list of devices", () => {
  it("shows an empty list at a URL that survives a reload", async () => {
    await openDevices();
    await phone.page.getByText(texts.empty[0]).waitFor();
    expect(phone.page.url()).toBe(`${server.origin}/devices`);
    await phone.page.reload();
    await phone.sees("devices");
    await phone.page.goBack();
    await phone.sees("home");
    await phone.page.goForward();
    await phone.sees("devices");
    expect(phone.errors).toEqual([]);
  });

  it("shows a new login and lets the owner confirm it", async () => {
    const screen = await logIn(desk, server.origin, phone);
    await openDevices();
    expect(await entries().count()).toBe(1);
    const told = await entries().innerText();
    expect(told).toContain("Chrome");
    expect(told).toContain(texts.justNow);
    expect(told).toContain(texts.unconfirmed);
    await press(texts.thatWasMe);
    await phone.page.locator(".said").waitFor();
    expect(await phone.page.getByRole("status").innerText()).toContain("confirmed");
    expect(await entries().innerText()).not.toContain(texts.unconfirmed);
    await phone.page.reload();
    await entries().waitFor();
    expect(await entries().innerText()).not.toContain(texts.unconfirmed);
    expect(phone.errors).toEqual([]);
    await screen.page.close();
  });

  it("ends a login that was somebody else's by one tap and gives advice [RFC10027-6.1.13/2]", async () => {
    const screen = await logIn(desk, server.origin, phone);
    await openDevices();
    await press(texts.notMe);
    await phone.sees("devices-not-me");
    await phone.page.getByRole("heading", { name: texts.attack.heading }).waitFor();
    await phone.page.getByRole("link", { name: texts.attack.history }).click();
    await phone.sees("history");
    await phone.page.locator('[data-type="device_not_me"]').waitFor();
    await phone.page.goto(`${server.origin}/devices`);
    await phone.page.getByText(texts.empty[0]).waitFor();
    expect(phone.errors).toEqual([]);
    await screen.page.close();
  });

  it("ends one login, or all after a confirmation", async () => {
    const screens = [];
    for (let count = 0; count < 3; count++) screens.push(await logIn(desk, server.origin, phone));
    await openDevices();
    // Unconfirmed logins come first.
    await press(texts.thatWasMe);
    await phone.page.locator(".said").waitFor();
    await press(texts.end);
    await expect.poll(() => entries().count()).toBe(2);
    await phone.press(texts.endAll.open);
    await phone.page.getByText(texts.endAll.text(2)).waitFor();
    await phone.press(texts.endAll.keep);
    await phone.sees("devices");
    expect(await entries().count()).toBe(2);
    await phone.press(texts.endAll.open);
    await phone.press(texts.endAll.confirm);
    await phone.sees("devices");
    await phone.page.getByText(texts.endAll.done).first().waitFor();
    await phone.page.getByText(texts.empty[0]).waitFor();
    expect(phone.errors).toEqual([]);
    await Promise.all(screens.map(({ page }) => page.close()));
  });

  it("asks for a sign-in and continues to the list", async () => {
    await phone.press(PHONE.signOut);
    await phone.sees("sign-in");
    await phone.page.goto(`${server.origin}/devices`);
    await phone.sees("sign-in");
    await phone.page.getByText(ACCOUNT.signInTexts.devices).waitFor();
    await phone.press(PHONE.signIn.signIn);
    await phone.sees("devices");
    expect(phone.page.url()).toBe(`${server.origin}/devices`);
  });

  it("shows an error and loads the list at the next try", async () => {
    await interceptOnce(phone.page, "/account/devices", (route) => route.abort());
    await phone.page.goto(`${server.origin}/devices`);
    await phone.page.getByText(PHONE.ends.unreachable[0]).first().waitFor();
    await phone.press(PHONE.tryAgain);
    await phone.sees("devices");
  });

  it("fits a narrow screen and names the device in each button", async () => {
    const screen = await logIn(desk, server.origin, phone);
    await phone.page.setViewportSize({ width: 320, height: 568 });
    await openDevices();
    const overflow = await phone.page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBe(0);
    const name = await phone.page
      .getByRole("button", { name: texts.notMe })
      .getAttribute("aria-label");
    expect(name).toMatch(/^This wasn’t me: Chrome.*QR login$/);
    await screen.page.close();
  });
});
