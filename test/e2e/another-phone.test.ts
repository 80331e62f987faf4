import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ACCOUNT, PHONE } from "../../src/web/ui/texts.ts";
import { takePhone, type PhoneInHand } from "./support/people.ts";
import { startTestServer, type TestServer } from "../support/node/server.ts";

/** A new phone is linked to an account: it shows a code that a phone of the account scans. */

const texts = ACCOUNT.newPhone;

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server[Symbol.asyncDispose]());

/** A signed-in phone, and a new phone that shows a code. */
async function showCode(known: PhoneInHand, fresh: PhoneInHand): Promise<void> {
  await known.createAccount("Ada Lovelace");
  await fresh.press(texts.open);
  await fresh.sees("new-phone");
}

describe("another phone", () => {
  it("explains linking on the signed-in phone and continues to the camera", async () => {
    await using phone = await takePhone(server.origin);
    await phone.createAccount("Ada Lovelace");
    await phone.page.goto(`${server.origin}/passkeys`);
    await phone.press(ACCOUNT.passkeys.anotherPhone.open);
    await phone.sees("add-phone");
    await phone.page.getByText(texts.open).waitFor();
    await phone.press(ACCOUNT.addPhone.scan);
    await phone.sees("camera");
    expect(phone.page.url()).toBe(`${server.origin}/phone`);
    await phone.page.goBack();
    await phone.sees("passkeys");
    expect(phone.errors).toEqual([]);
  });

  it("links a new phone with a warning and adds its passkey", async () => {
    await using known = await takePhone(server.origin);
    await using fresh = await takePhone(server.origin);
    await showCode(known, fresh);
    await known.scan(fresh);
    await known.sees("request");
    await known.page.getByRole("heading", { name: ACCOUNT.approvePhone.heading() }).waitFor();
    await known.page.getByText(ACCOUNT.approvePhone.warning).waitFor();
    await fresh.page.getByRole("heading", { name: texts.digits.heading }).waitFor();
    const digits = await fresh.page.locator("p.big-code [aria-hidden]").innerText();
    await known.page.getByLabel(PHONE.match.digits.label).fill(digits);
    const steppedUp = known.page.waitForRequest((request) => request.url().endsWith("/step-up"));
    await known.press(PHONE.request.approve);
    await steppedUp;
    await known.page.getByText(PHONE.ends.phoneAdded[0]).first().waitFor();

    await fresh.sees("new-passkey");
    await fresh.page.getByText(ACCOUNT.newPasskey.linked.heading).waitFor();
    await fresh.press(ACCOUNT.newPasskey.submit);
    await fresh.sees("home");
    await fresh.page.getByText(PHONE.signedInAs("Ada Lovelace")).waitFor();

    await known.page.goto(`${server.origin}/passkeys`);
    await known.page.locator("[data-passkey].unconfirmed").waitFor();
    const rename = { name: new RegExp(ACCOUNT.passkeys.rename) };
    expect(await known.page.getByRole("button", rename).count()).toBe(2);
    await known.page.goto(`${server.origin}/history`);
    await known.page.locator('[data-type="phone_linked"]').waitFor();

    // An unconfirmed phone is asked for no name, since it can't choose one.
    await fresh.page.goto(`${server.origin}/passkeys`);
    await fresh.page.locator("[data-passkey].unconfirmed").waitFor();
    expect(await fresh.page.getByRole("button", rename).count()).toBe(0);
    await fresh.press(ACCOUNT.passkeys.add.open);
    await fresh.page.getByText(ACCOUNT.notices.passkeyHere).waitFor();
    await fresh.page.goto(`${server.origin}/phone`);
    await fresh.press(PHONE.signOut);
    await fresh.press(PHONE.signIn.signIn);
    await fresh.sees("home");
    expect([...known.errors, ...fresh.errors]).toEqual([]);
  });

  it("refuses a new phone after wrong digits", async () => {
    await using known = await takePhone(server.origin);
    await using fresh = await takePhone(server.origin);
    await showCode(known, fresh);
    await known.follow(fresh);
    await fresh.sees("new-phone-scanned");
    const digits = await fresh.page.locator("p.big-code [aria-hidden]").innerText();
    await known.page.getByLabel(PHONE.match.digits.label).fill(digits === "47" ? "74" : "47");
    await known.press(PHONE.request.approve);
    await known.page.getByText(PHONE.ends.matchWrong[0]).waitFor();
    await fresh.page.getByText(texts.ends.denied[1]).waitFor();
  });

  it("shows a denial on the new phone and offers a new code", async () => {
    await using known = await takePhone(server.origin);
    await using fresh = await takePhone(server.origin);
    await showCode(known, fresh);
    await known.follow(fresh);
    await known.sees("request");
    await known.press(PHONE.request.decline);
    await fresh.page.getByText(texts.ends.denied[1]).waitFor();
    await fresh.press(texts.again);
    await fresh.sees("new-phone");
    await fresh.press(texts.back);
    await fresh.sees("sign-in");
    expect([...known.errors, ...fresh.errors]).toEqual([]);
  });
});
