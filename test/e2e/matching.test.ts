import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PHONE, SCREEN } from "../../src/web/ui/texts.ts";
import { launchBrowser } from "./support/chromium.ts";
import { openScreen, takePhone, type PhoneInHand, type Seen } from "./support/people.ts";
import { startPolicyServer } from "./support/policy-server.ts";
import type { TestServer } from "../support/node/server.ts";

/** Number matching: one device shows digits that are typed on the other (RFC 10027 §6.1.16). */

let server: TestServer;
let desk: Browser;

beforeAll(async () => {
  desk = await launchBrowser();
});
afterAll(() => desk.close());

/** A phone that has scanned a screen and shows the request. */
async function scanned(): Promise<{ screen: Seen; phone: PhoneInHand }> {
  const screen = await openScreen(desk, `${server.origin}/`);
  await screen.sees("pending");
  const phone = await takePhone(server.origin);
  await phone.createAccount("Ada Lovelace");
  await phone.follow(screen);
  await phone.sees("request");
  await screen.sees("scanned");
  return { screen, phone };
}

const approveOf = ({ page }: Seen) =>
  page.getByRole("button", { name: PHONE.request.approve, exact: true });

const bigCodeOf = async ({ page }: Seen) =>
  (await page.locator("p.big-code [aria-hidden]").textContent()) ?? "";

describe("digits typed on the phone", () => {
  beforeAll(async () => {
    server = await startPolicyServer({ matching: "always", step_up: "off" });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it("approves after the digits of the screen were typed", async () => {
    const { screen, phone } = await scanned();
    await using _ = phone;
    await screen.page.getByText(SCREEN.scanned.digits).first().waitFor();
    const digits = await bigCodeOf(screen);
    expect(digits).toMatch(/^\d\d$/);
    // A screen reader reads the digits one by one.
    expect(await screen.page.getByRole("status").textContent()).toContain([...digits].join(" "));

    expect(await approveOf(phone).isVisible()).toBe(false);
    await phone.press(PHONE.match.digits.go);
    await phone.page.keyboard.type(digits.slice(0, 1));
    expect(await approveOf(phone).isVisible()).toBe(false);
    await phone.page.keyboard.type(digits.slice(1));
    await phone.press(PHONE.request.approve);
    await phone.page.getByText(PHONE.ends.approved[1]).waitFor();
    await screen.sees("logged-in");
    expect([...screen.errors, ...phone.errors]).toEqual([]);
    await screen.page.close();
  });

  it("ends the login after wrong digits [QR-LOGIN-9/2]", async () => {
    const { screen, phone } = await scanned();
    await using _ = phone;
    const digits = await bigCodeOf(screen);
    const others = digits === "47" ? "74" : "47";
    await phone.page.getByLabel(PHONE.match.digits.label).fill(others);
    await phone.press(PHONE.request.approve);
    await phone.page.getByText(PHONE.ends.matchWrong[0]).waitFor();
    await screen.sees("denied");
    await screen.page.close();
  });

  it("accepts only digits in the field", async () => {
    const { screen, phone } = await scanned();
    await using _ = phone;
    const field = phone.page.getByLabel(PHONE.match.digits.label);
    await field.pressSequentially("a4 b");
    expect(await field.inputValue()).toBe("4");
    await phone.press(PHONE.request.decline);
    await screen.sees("denied");
    await screen.page.close();
  });
});

describe("digits typed on the screen", () => {
  beforeAll(async () => {
    server = await startPolicyServer({
      matching: "always",
      matching_by: "screen",
      step_up: "off",
    });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it("approves after the digits of the phone were typed on the screen", async () => {
    const { screen, phone } = await scanned();
    await using _ = phone;
    const code = await bigCodeOf(phone);
    expect(code).toMatch(/^\d{4}$/);
    expect(await approveOf(phone).isVisible()).toBe(false);
    // The field has the focus.
    await screen.page.keyboard.type(code);
    await screen.press(SCREEN.scanned.code.submit);
    await screen.page.getByText(SCREEN.scanned.text).first().waitFor();
    await phone.page.getByText(PHONE.match.code.done).waitFor();
    await phone.press(PHONE.request.approve);
    await screen.sees("logged-in");
    expect([...screen.errors, ...phone.errors]).toEqual([]);
    await screen.page.close();
  });

  it("ends the login after wrong digits on the screen and says why on both sides", async () => {
    const { screen, phone } = await scanned();
    await using _ = phone;
    const code = await bigCodeOf(phone);
    await screen.page.getByLabel(SCREEN.scanned.code.label).fill(code === "4821" ? "1284" : "4821");
    await screen.press(SCREEN.scanned.code.submit);
    await screen.sees("mistyped");
    await phone.page.getByText(PHONE.ends.matchWrongThere[0]).waitFor();
    await screen.press(SCREEN.mistyped.action);
    await screen.sees("pending");
    await screen.page.close();
  });
});
