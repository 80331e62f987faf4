import type { Browser } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ACCOUNT, PHONE } from "../../../src/web/ui/texts.ts";
import { launchBrowser } from "../support/chromium.ts";
import { openScreen, takePhone, type PhoneInHand } from "../support/people.ts";
import { startTestServer, type TestServer } from "../../support/node/server.ts";

/** A phisher ends an approved login before the owner looks at the list. */

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

/** A login that was approved and then ended with its tokens. */
async function endedByItself(): Promise<void> {
  const screen = await openScreen(desk, `${server.origin}/`);
  await screen.sees("pending");
  const answered = screen.page.waitForResponse(`${server.origin}/token`);
  await phone.follow(screen);
  await phone.sees("request");
  await phone.press(PHONE.request.approve);
  const { access_token: token }: { access_token: string } = await (await answered).json();
  const body = new URLSearchParams({ client_id: "screen", token });
  expect((await fetch(`${server.origin}/revoke`, { method: "POST", body })).status).toBe(200);
  await screen.page.close();
}

describe("a login that was ended at the client", () => {
  it("lists a login that was ended elsewhere and reports it by keyboard alone [ATTACK-self-ended-login/2]", async () => {
    await endedByItself();
    await phone.page.goto(`${server.origin}/devices`);
    await phone.sees("devices");
    const entry = phone.page.locator("[data-sid]");
    const shown = await entry.innerText();
    expect(shown).toContain(texts.loggedOut);
    expect(shown).toContain(texts.unconfirmed);
    expect(shown).toContain(texts.wasThatYou);
    // No login is left to end.
    expect(await phone.page.getByRole("button", { name: texts.endAll.open }).count()).toBe(0);

    const disown = entry.getByRole("button", { name: texts.notMe });
    expect(await disown.getAttribute("aria-label")).toMatch(/^This wasn’t me: Chrome.*QR login$/);
    // Buttons ignore early presses (guarded-button.ts).
    await expect.poll(() => disown.getAttribute("aria-disabled")).toBe("false");
    await entry.getByRole("button", { name: texts.thatWasMe }).focus();
    await phone.page.keyboard.press("Tab");
    await phone.page.keyboard.press("Enter");
    await phone.sees("devices-not-me");
    await phone.press(texts.attack.back);
    await phone.page.getByText(texts.empty[0]).waitFor();
    await phone.page.goto(`${server.origin}/history`);
    await phone.page.locator('[data-type="device_not_me"]').waitFor();
    expect(phone.errors).toEqual([]);
  });

  it("removes an ended login from the list when the owner confirms it", async () => {
    await endedByItself();
    await phone.page.goto(`${server.origin}/devices`);
    await phone.sees("devices");
    await phone.page.getByRole("button", { name: texts.thatWasMe }).click();
    await phone.page.locator(".said").waitFor();
    await phone.page.getByText(texts.empty[0]).waitFor();
    expect(phone.errors).toEqual([]);
  });
});
