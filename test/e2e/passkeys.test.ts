import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ACCOUNT, PHONE } from "../../src/web/ui/texts.ts";
import { interceptOnce, takePhone, type PhoneInHand } from "./support/people.ts";
import { startTestServer, type TestServer } from "../support/node/server.ts";

/** Passkeys and the recovery code. */

const texts = ACCOUNT.passkeys;

let server: TestServer;
let phone: PhoneInHand;
let people = 0;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(async () => {
  phone = await takePhone(server.origin);
  // Each phone has its own address and rate limit.
  await phone.page.setExtraHTTPHeaders({ "CF-Connecting-IP": `192.0.2.${++people}` });
  await phone.createAccount("Ada Lovelace");
  await phone.page.goto(`${server.origin}/passkeys`);
  await phone.sees("passkeys");
  return () => phone[Symbol.asyncDispose]();
});

const entries = () => phone.page.locator("[data-passkey]");
/** A button of a passkey. Its accessible name has the name of the passkey. */
const buttonOf = (action: string, passkey: string) =>
  phone.page.getByRole("button", { name: texts.named(action, passkey), exact: true });

/** Adds a passkey on a security key. */
async function addSecurityKey(name: string): Promise<void> {
  await phone.authenticator.exchange("usb");
  await phone.press(texts.add.open);
  await phone.page.getByLabel(texts.name).fill(name);
  await phone.press(texts.add.submit);
  await phone.page.getByText(texts.add.done(name)).first().waitFor();
}

/** Makes a recovery code and reads it from the page. */
async function makeRecoveryCode(): Promise<string> {
  await phone.press(texts.recovery.make);
  await phone.sees("recovery-code");
  return (await phone.page.getByLabel(ACCOUNT.recoveryCode.label).innerText()).replace(/\s/g, "");
}

/**
 * Answers one request like the server after an old sign-in, as the clock of the server cannot be
 * set here.
 */
async function longAfterSignIn(path: string): Promise<void> {
  const body = JSON.stringify({ title: "Sign in again.", status: 403, code: "sign_in_again" });
  const answer = { status: 403, contentType: "application/problem+json", body };
  await interceptOnce(phone.page, path, (route) => route.fulfill(answer));
}

describe("the list of passkeys", () => {
  it("lists the phone's passkey and refuses to remove the only one", async () => {
    expect(await entries().count()).toBe(1);
    expect(await entries().innerText()).toContain(texts.current);
    expect(await entries().innerText()).toContain(texts.last);
    const remove = phone.page.getByRole("button", { name: texts.remove });
    expect(await remove.isDisabled()).toBe(true);
    const hint = await remove.getAttribute("aria-describedby");
    expect(await phone.page.locator(`[id="${hint}"]`).innerText()).toBe(texts.last);
    expect(phone.errors).toEqual([]);
  });

  it("adds a security key and removes it after a confirmation", async () => {
    await addSecurityKey("Blue key");
    expect(await entries().count()).toBe(2);
    await buttonOf(texts.remove, "Blue key").click();
    await phone.sees("passkeys-remove");
    await phone.page.getByText(texts.confirmRemoval.text).waitFor();
    await phone.press(texts.confirmRemoval.keep);
    await phone.sees("passkeys");
    expect(await entries().count()).toBe(2);
    await buttonOf(texts.remove, "Blue key").click();
    await phone.press(texts.confirmRemoval.confirm);
    await phone.page.getByText(texts.removed("Blue key")).first().waitFor();
    expect(await entries().count()).toBe(1);
    expect(phone.errors).toEqual([]);
  });

  it("warns that removing the phone's own passkey signs it out, and does so", async () => {
    await addSecurityKey("Blue key");
    await phone.press(PHONE.signOut);
    await phone.press(PHONE.signIn.signIn);
    await phone.sees("passkeys");
    await buttonOf(texts.remove, "Blue key").click();
    await phone.page.getByText(texts.confirmRemoval.textCurrent).waitFor();
    await phone.press(texts.confirmRemoval.confirm);
    await phone.sees("sign-in");
    expect(phone.errors).toEqual([]);
  });

  it("says that this phone already has a passkey", async () => {
    await phone.press(texts.add.open);
    await phone.page.getByLabel(texts.name).fill("Once more");
    await phone.press(texts.add.submit);
    await phone.page.getByText(ACCOUNT.notices.passkeyHere).waitFor();
    await phone.press(PHONE.cancel);
    await phone.sees("passkeys");
    expect(await entries().count()).toBe(1);
  });

  it("renames a passkey by keyboard alone", async () => {
    const { keyboard } = phone.page;
    await phone.page.getByRole("button", { name: texts.rename }).focus();
    await keyboard.press("Enter");
    await keyboard.type("Not this");
    await keyboard.press("Escape");
    expect(await entries().innerText()).not.toContain("Not this");
    await keyboard.press("Enter");
    await keyboard.type("My old phone");
    await keyboard.press("Enter");
    await phone.page.getByText(texts.renamed("My old phone")).first().waitFor();
    await phone.page.reload();
    await phone.page.getByRole("heading", { name: "My old phone" }).waitFor();
    expect(phone.errors).toEqual([]);
  });

  it("asks for the passkey after an old sign-in and continues", async () => {
    await longAfterSignIn("/account/recovery-code");
    const [signedIn] = await Promise.all([
      phone.page.waitForResponse((answer) => answer.url().endsWith("/sign-in")),
      makeRecoveryCode(),
    ]);
    expect(signedIn.ok()).toBe(true);
  });

  it("says that the passkey was not used and changes nothing", async () => {
    await longAfterSignIn("/account/recovery-code");
    await phone.authenticator.unlocks(false);
    await phone.press(texts.recovery.make);
    await phone.page.getByText(PHONE.notices.passkeyCancelled).waitFor();
    await phone.page.reload();
    await phone.page.getByText(texts.recovery.none).waitFor();
  });
});

describe("a passkey of another account", () => {
  it("signs in to the other account and changes neither", async () => {
    const context = phone.page.context();
    const cookies = new Map([["Ada Lovelace", await context.cookies()]]);
    await context.clearCookies();
    await phone.page.goto(`${server.origin}/phone`);
    await phone.createAccount("Grace Hopper");
    cookies.set("Grace Hopper", await context.cookies());
    await context.clearCookies();

    // With two passkeys, the headless browser always uses the same one.
    await phone.page.reload();
    await phone.press(PHONE.signIn.signIn);
    await phone.sees("home");
    const line = await phone.page.locator(".signed-in span").innerText();
    const taken = line === PHONE.signedInAs("Ada Lovelace") ? "Ada Lovelace" : "Grace Hopper";
    const other = taken === "Ada Lovelace" ? "Grace Hopper" : "Ada Lovelace";
    await context.clearCookies();
    await context.addCookies(cookies.get(other) ?? []);
    await phone.page.goto(`${server.origin}/passkeys`);
    await phone.page.getByText(PHONE.signedInAs(other)).waitFor();

    await longAfterSignIn("/account/recovery-code");
    await phone.press(texts.recovery.make);
    await phone.page.getByText(ACCOUNT.notices.anotherAccount).first().waitFor();
    await phone.page.getByText(PHONE.signedInAs(taken)).waitFor();
    await phone.page.getByText(texts.recovery.none).waitFor();
  });
});

describe("the recovery code", () => {
  it("shows a recovery code once", async () => {
    await phone.page.getByText(texts.recovery.none).waitFor();
    const code = await makeRecoveryCode();
    expect(code).toMatch(/^([0-9A-Z]{5}-){4}[0-9A-Z]{5}$/);
    await phone.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await phone.press(ACCOUNT.recoveryCode.copy);
    await phone.page.getByText(ACCOUNT.recoveryCode.copied).waitFor();
    expect(await phone.page.evaluate(() => navigator.clipboard.readText())).toBe(code);
    await phone.press(ACCOUNT.recoveryCode.done);
    await phone.sees("passkeys");
    await phone.page.getByText(texts.recovery.renewHint).waitFor();
    expect(await phone.page.content()).not.toContain(code.slice(0, 5));
    expect(phone.errors).toEqual([]);
  });

  it("signs in by a recovery code once and continues to a new passkey", async () => {
    const code = await makeRecoveryCode();
    await phone.press(ACCOUNT.recoveryCode.done);
    await phone.press(PHONE.signOut);
    await phone.authenticator.exchange("internal");

    await phone.press(ACCOUNT.recover.open);
    await phone.page.getByLabel(ACCOUNT.recover.label).fill(`0${code.slice(1, -1)}0`);
    await phone.press(ACCOUNT.recover.submit);
    await phone.page.getByText(ACCOUNT.notices.recoveryCodeInvalid).waitFor();
    // The code as users type it.
    const written = code.toLowerCase().replaceAll("-", " ");
    await phone.page.getByLabel(ACCOUNT.recover.label).fill(written);
    await phone.press(ACCOUNT.recover.submit);
    await phone.sees("new-passkey");
    await phone.page.getByText(ACCOUNT.newPasskey.recovered.heading).waitFor();
    await phone.press(ACCOUNT.newPasskey.submit);

    // The page of the beginning.
    await phone.sees("passkeys");
    expect(await entries().count()).toBe(2);
    await phone.page.getByText(texts.recovery.none).waitFor();
    await phone.press(PHONE.signOut);
    await phone.press(PHONE.signIn.signIn);
    await phone.sees("passkeys");
    await phone.page.getByText(PHONE.signedInAs("Ada Lovelace")).waitFor();
  });
});
