import type { Browser, Locator } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ACCOUNT, PHONE } from "../../../src/web/ui/texts.ts";
import { SETTLE_TIME } from "../../../src/web/ui/click-guard.ts";
import { AttackersLogin } from "../support/attackers-login.ts";
import { launchBrowser } from "../support/chromium.ts";
import { logIn } from "../support/log-in.ts";
import { seen, takePhone, type PhoneInHand, type Seen } from "../support/people.ts";
import { startTestServer, type TestServer } from "../../support/node/server.ts";
import { startSite, type Site } from "../support/site.ts";

/**
 * Another site makes the user double-click or hold a key, and puts our page under the pointer in
 * between. The page's clock stands still, so every click is too early until the test advances it.
 */

let server: TestServer;
let evil: Site;
let desk: Browser;
let phone: PhoneInHand;
let login: AttackersLogin;
/** A tab of the signed-in browser. */
let tab: Seen;
/** Requests of the tab that would change state. */
let changes: string[];

beforeAll(async () => {
  server = await startTestServer();
  desk = await launchBrowser();
  evil = await startSite((_, response) => {
    const answer = async () => {
      const link = await login.link();
      response.writeHead(200, { "Content-Type": "text/html" });
      response.end(`<!doctype html><title>You have won</title>
      <style>html, body { height: 100%; margin: 0; }</style>
      <body onpointerdown="location.href = '${link}'">Click twice`);
    };
    void answer();
  }, "127.0.0.1");
  phone = await takePhone(server.origin);
  await phone.createAccount("Ada Lovelace");
  await logIn(desk, server.origin, phone);
});
afterAll(async () => {
  await phone[Symbol.asyncDispose]();
  await desk.close();
  await evil[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});
beforeEach(async () => {
  login = await AttackersLogin.begin(server.origin);
  tab = seen(await phone.page.context().newPage());
  changes = [];
  tab.page.on("request", (request) => {
    if (request.method() !== "GET") changes.push(new URL(request.url()).pathname);
  });
  await tab.page.clock.install();
  await tab.page.clock.pauseAt(Date.now() + 1000);
  return () => tab.page.close();
});

const buttonOf = (name: string | RegExp) =>
  tab.page.getByRole("button", { name, exact: true }).first();

/** Clicks at once, even if the button is not ready. */
const clickBlindly = (button: Locator) => button.click({ force: true });

async function letTimePass(button: Locator): Promise<void> {
  await tab.page.clock.runFor(SETTLE_TIME);
  await expect.poll(() => button.getAttribute("aria-disabled")).toBe("false");
}

/** An access key makes the same click as a screen reader: trusted and without detail. */
async function accessKeyOf(button: Locator): Promise<() => Promise<void>> {
  await button.evaluate((element) => element.setAttribute("accesskey", "y"));
  const devtools = await tab.page.context().newCDPSession(tab.page);
  const key = { key: "y", text: "y", unmodifiedText: "y", modifiers: 1 };
  return async () => {
    await devtools.send("Input.dispatchKeyEvent", { type: "keyDown", ...key });
    await devtools.send("Input.dispatchKeyEvent", { type: "keyUp", ...key });
  };
}

async function openRequest(): Promise<void> {
  await tab.page.goto(await login.link());
  await tab.sees("request");
  changes = [];
}

it("ignores the second click of a double click that opened the page [ATTACK-double-click]", async () => {
  await tab.page.goto(evil.origin);
  await tab.page.mouse.move(190, 420);
  await tab.page.mouse.down();
  await tab.sees("confirm-link");
  const box = await buttonOf(PHONE.confirmLink.confirm).boundingBox();
  if (!box) throw new Error("the button has no place");
  await tab.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await tab.page.mouse.up();
  await tab.page.mouse.down({ clickCount: 2 });
  await tab.page.mouse.up({ clickCount: 2 });
  await letTimePass(buttonOf(PHONE.confirmLink.confirm));
  expect(changes).toEqual([]);
  await tab.sees("confirm-link");
  expect(await login.snapshot()).toMatchObject({ status: "pending", version: 1 });
});

describe("Approve", () => {
  it("ignores a press that began before the button was visible [ATTACK-double-click/2]", async () => {
    await openRequest();
    const approve = buttonOf(PHONE.request.approve);
    await approve.hover({ force: true });
    await tab.page.mouse.down();
    await letTimePass(approve);
    await tab.page.mouse.up();
    expect(await tab.page.getByRole("status").textContent()).toBe(PHONE.tooEarly);
    expect(changes).toEqual([]);
    expect((await login.snapshot()).status).toBe("scanned");
  });

  it("ignores a key that is held down and accepts a new press", async () => {
    await openRequest();
    const approve = buttonOf(PHONE.request.approve);
    await approve.focus();
    await tab.page.keyboard.down("Enter");
    await letTimePass(approve);
    await tab.page.keyboard.down("Enter");
    await tab.page.keyboard.up("Enter");
    expect(changes).toEqual([]);
    // The button kept the focus.
    await tab.page.keyboard.press("Enter");
    await tab.sees("approved");
  });

  it("accepts a click of assistive technology without pointer or key", async () => {
    await openRequest();
    const approve = buttonOf(PHONE.request.approve);
    const clickByAccessKey = await accessKeyOf(approve);
    await clickByAccessKey();
    expect(await tab.page.getByRole("status").textContent()).toBe(PHONE.tooEarly);
    await letTimePass(approve);
    expect(changes).toEqual([]);
    await clickByAccessKey();
    await tab.sees("approved");
  });

  it("ignores a click by a script", async () => {
    await openRequest();
    const approve = buttonOf(PHONE.request.approve);
    await letTimePass(approve);
    await approve.evaluate((button) => button instanceof HTMLElement && button.click());
    await approve.dispatchEvent("click");
    expect(changes).toEqual([]);
    await approve.click();
    await tab.sees("approved");
  });

  it("ignores presses for a moment after the page was hidden", async () => {
    await openRequest();
    const approve = buttonOf(PHONE.request.approve);
    await letTimePass(approve);
    await tab.page.evaluate(() => {
      Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
      Reflect.deleteProperty(document, "visibilityState");
      document.dispatchEvent(new Event("visibilitychange"));
    });
    expect(await approve.getAttribute("aria-disabled")).toBe("true");
    await clickBlindly(approve);
    await letTimePass(approve);
    expect(changes).toEqual([]);
    await approve.click();
    await tab.sees("approved");
  });
});

it("accepts Enter in the field of a pre-filled code only when the button is active", async () => {
  await tab.page.goto(`${server.origin}/phone?user_code=${login.userCode}`);
  const field = tab.page.getByLabel(PHONE.typing.label);
  await field.press("Enter");
  expect(await tab.page.getByRole("status").textContent()).toBe(PHONE.tooEarly);
  await letTimePass(buttonOf(PHONE.typing.submit));
  expect(changes).toEqual([]);
  await field.press("Enter");
  await tab.sees("request");
});

describe("a button that is clicked before it was visible", () => {
  it.each<[string, { open: () => Promise<unknown>; button: string | RegExp; leadsTo: string }]>([
    ["Approve", { open: openRequest, button: PHONE.request.approve, leadsTo: "approved" }],
    ["Decline", { open: openRequest, button: PHONE.request.decline, leadsTo: "denied" }],
    [
      "the answer that a link was scanned",
      {
        open: async () => {
          await tab.page.goto(evil.origin);
          await tab.page.mouse.click(190, 420);
          await tab.sees("confirm-link");
        },
        button: PHONE.confirmLink.confirm,
        leadsTo: "request",
      },
    ],
    [
      "the answer that a typed code is the one on the device",
      {
        open: () => tab.page.goto(`${server.origin}/phone?user_code=${login.userCode}`),
        button: PHONE.typing.submit,
        leadsTo: "request",
      },
    ],
    [
      "“That was me” of a device",
      {
        open: () => tab.page.goto(`${server.origin}/devices`),
        button: new RegExp(`^${ACCOUNT.devices.thatWasMe}`),
        leadsTo: "devices",
      },
    ],
    [
      "“Log out” of a device",
      {
        open: () => tab.page.goto(`${server.origin}/devices`),
        button: new RegExp(`^${ACCOUNT.devices.end}: `),
        leadsTo: "devices",
      },
    ],
    [
      "a new recovery code",
      {
        open: () => tab.page.goto(`${server.origin}/passkeys`),
        button: ACCOUNT.passkeys.recovery.make,
        leadsTo: "recovery-code",
      },
    ],
    // Last, as it ends the session of all tabs.
    [
      "“Sign out”",
      {
        open: () => tab.page.goto(`${server.origin}/phone`),
        button: PHONE.signOut,
        leadsTo: "sign-in",
      },
    ],
  ])(
    "ignores an early click and accepts a later one: %s",
    async (_, { open, button: name, leadsTo }) => {
      await open();
      changes = [];
      const button = buttonOf(name);
      await button.waitFor();
      await clickBlindly(button);
      expect(await tab.page.getByRole("status").textContent()).toBe(PHONE.tooEarly);
      await letTimePass(button);
      expect(changes).toEqual([]);
      await button.click();
      await tab.sees(leadsTo);
      await expect.poll(() => changes).not.toEqual([]);
    },
  );
});
