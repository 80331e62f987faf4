import { afterEach, describe, expect, it, vi } from "vitest";
import type { PhonesResponse } from "../../../src/protocol/phones.ts";
import { redeem, readScan } from "../../support/api.ts";
import { storageOf } from "../../support/accounts.ts";
import { beginDevice, pollDevice } from "../../support/devices.ts";
import { linkedPhone } from "../../support/linked-phone.ts";
import type { TestBrowser } from "../../support/test-browser.ts";
import { TestPhone } from "../../support/test-phone.ts";
import { TestScreen } from "../../support/test-screen.ts";
import { restoreClock, setClock } from "../../support/time.ts";

/** A user signs in again in the browser that has approved a login, for example to add a passkey. */

vi.spyOn(console, "warn").mockImplementation(() => undefined);
afterEach(restoreClock);

/** The clock moves on, since two ceremonies must not begin in the same millisecond. */
async function signInAgain(phone: TestPhone): Promise<void> {
  setClock(Date.now() + 1000);
  expect((await phone.signIn(phone.authenticator)).status).toBe(200);
}

const phonesOf = async (phone: TestBrowser) =>
  (await (await phone.get("/account/phones")).json<PhonesResponse>()).phones;

describe("a login that was approved before its phone signed in again", () => {
  it("is redeemed by its screen, also if the phone has signed in twice since", async () => {
    const ada = await TestPhone.signUp();
    const code = await ada.approvedCode(await TestScreen.begin());
    await signInAgain(ada);
    await signInAgain(ada);
    expect((await redeem(code)).status).toBe(200);
    expect(await phonesOf(ada)).toHaveLength(1);
  });

  it("gives its tokens to a device that polls, as long as its code is valid", async () => {
    const ada = await TestPhone.signUp();
    const device = await beginDevice();
    const scanned = await ada.post("/sessions/scan", { user_code: device.user_code });
    const { scan_token } = await readScan(scanned);
    const path = `/sessions/${device.session_id}/approve`;
    expect((await ada.post(path, { scan_token })).status).toBe(200);
    await signInAgain(ada);
    setClock(Date.now() + (device.expires_in - 60) * 1000);
    expect((await pollDevice(device.device_code)).status).toBe(200);
  });

  it("gives nothing when the phone has signed out after that", async () => {
    const ada = await TestPhone.signUp();
    const code = await ada.approvedCode(await TestScreen.begin());
    await signInAgain(ada);
    await ada.post("/account/sign-out", {});
    expect((await redeem(code)).status).toBe(400);
  });

  it("gives nothing when the browser has signed in to another account", async () => {
    const ada = await TestPhone.signUp();
    const bob = await TestPhone.signUp();
    const code = await ada.approvedCode(await TestScreen.begin());
    expect((await ada.signIn(bob.authenticator)).status).toBe(200);
    expect((await redeem(code)).status).toBe(400);
  });
});

describe("a login that an unconfirmed phone approved before it signed in again", () => {
  async function approvedByNewPhone(): Promise<{ ada: TestPhone; phone: TestPhone; code: string }> {
    setClock(Date.now());
    const ada = await TestPhone.signUp();
    const browser = await linkedPhone(ada.sub);
    const phone = TestPhone.of(browser, await browser.addPasskey(), ada.sub);
    const code = await phone.approvedCode(await TestScreen.begin());
    return { ada, phone, code };
  }

  it("keeps the trust delay of that phone, also if it signs in again by a confirmed passkey", async () => {
    const { ada, phone, code } = await approvedByNewPhone();
    await signInAgain(TestPhone.of(phone, ada.authenticator, ada.sub));
    expect((await redeem(code)).status).toBe(200);
    const { rows } = await storageOf(ada.sub);
    const logins = rows.filter(([key]) => key.startsWith("login:")).map(([, login]) => login);
    const probation = expect.objectContaining({ by: "another_phone" });
    expect(logins).toContainEqual(expect.objectContaining({ status: "active", probation }));
  });

  it("gives nothing when the owner has signed out all other phones", async () => {
    const { ada, phone, code } = await approvedByNewPhone();
    await signInAgain(phone);
    expect((await ada.delete("/account/phones")).status).toBe(204);
    expect((await redeem(code)).status).toBe(400);
  });
});
