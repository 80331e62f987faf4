import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ACCOUNT, PHONE } from "../../src/web/ui/texts.ts";
import { takePhone, type PhoneInHand } from "./support/people.ts";
import { startTestServer, type TestServer } from "../support/node/server.ts";

/** The phones of an account, on one of them. */

const texts = ACCOUNT.phones;

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const entries = ({ page }: PhoneInHand) => page.locator("[data-phone]");

/** Links a new phone without a passkey. */
async function letIn(known: PhoneInHand, fresh: PhoneInHand): Promise<void> {
  await known.createAccount("Ada Lovelace");
  await fresh.press(ACCOUNT.newPhone.open);
  await fresh.sees("new-phone");
  await known.follow(fresh);
  await fresh.sees("new-phone-scanned");
  const digits = await fresh.page.locator("p.big-code [aria-hidden]").innerText();
  await known.page.getByLabel(PHONE.match.digits.label).fill(digits);
  await known.press(PHONE.request.approve);
  await fresh.sees("new-passkey");
  await fresh.press(ACCOUNT.newPasskey.later);
  await fresh.sees("home");
}

async function openDevices(phone: PhoneInHand): Promise<void> {
  await phone.page.goto(`${server.origin}/devices`);
  await phone.sees("devices");
}

describe("the list of phones", () => {
  it("marks the current phone and signs out another one [ASVS-7.5.2/2]", async () => {
    await using known = await takePhone(server.origin);
    await using fresh = await takePhone(server.origin);
    await letIn(known, fresh);
    await openDevices(known);
    const told = await entries(known).allInnerTexts();
    expect(told).toHaveLength(2);
    expect(told[0]).toContain(texts.current);
    expect(told[0]).not.toContain(texts.unconfirmed);
    expect(told[1]).toContain(texts.by.another_phone);
    expect(told[1]).toContain(texts.unconfirmed);
    await entries(known).nth(1).getByRole("button").click();
    await known.page.locator(".said").waitFor();
    await expect.poll(() => entries(known).count()).toBe(1);
    await known.page.goto(`${server.origin}/history`);
    await known.page.locator('[data-type="phone_signed_out"]').waitFor();

    await fresh.page.goto(`${server.origin}/devices`);
    await fresh.sees("sign-in");
    expect([...known.errors, ...fresh.errors]).toEqual([]);
  });

  it("says that a new phone cannot sign out the others", async () => {
    await using known = await takePhone(server.origin);
    await using fresh = await takePhone(server.origin);
    await letIn(known, fresh);
    await openDevices(fresh);
    await fresh.page.getByText(texts.unconfirmedHint).waitFor();
    await entries(fresh).nth(1).getByRole("button").click();
    await entries(fresh).nth(1).getByText(ACCOUNT.notices.phoneUnconfirmed).waitFor();
    await openDevices(known);
    expect(await entries(known).count()).toBe(2);
  });

  it("signs out the current phone from the list", async () => {
    await using phone = await takePhone(server.origin);
    await phone.createAccount("Ada Lovelace");
    await openDevices(phone);
    await entries(phone).getByRole("button").click();
    await phone.sees("sign-in");
    await phone.press(PHONE.signIn.signIn);
    await phone.sees("home");
    expect(phone.errors).toEqual([]);
  });
});
