import { afterEach, describe, expect, it } from "vitest";
import { MAX_SESSIONS_OF_ROOT } from "../../src/accounts/phone-sessions/phone-session.ts";
import { MAX_LINES_OF_ROOT } from "../../src/accounts/audit-log/audit-log-policy.ts";
import type { PhonesResponse } from "../../src/protocol/phones.ts";
import type { NotificationsResponse } from "../../src/protocol/notifications.ts";
import { problemOf } from "../support/api.ts";
import { linkedPhone } from "../support/linked-phone.ts";
import { TestBrowser } from "../support/test-browser.ts";
import { TestPhone } from "../support/test-phone.ts";
import type { Authenticator } from "../support/authenticator.ts";
import { PushBrowser } from "../support/push-browser.ts";
import { restoreClock, setClock } from "../support/time.ts";

/**
 * An unconfirmed phone tries to evict the owner's phones by signing in often, as an account has a
 * limited number of phone sessions.
 */

afterEach(restoreClock);

const DAY = 24 * 3600 * 1000;
const SIGN_INS = 20;
const UNCONFIRMED = [403, "phone_unconfirmed"];

const phonesOf = async (phone: TestBrowser) =>
  (await (await phone.get("/account/phones")).json<PhonesResponse>()).phones;

const isTold = async (phone: TestBrowser) =>
  (await (await phone.get("/account/notices")).json<NotificationsResponse>()).on;

/** Signs in many times, each time in a new browser. Returns the newest. */
async function signInOften(authenticator: Authenticator, address?: string): Promise<TestBrowser> {
  let phone = new TestBrowser();
  for (let i = 0; i < SIGN_INS; i++) {
    // Each challenge must be newer than the one before.
    setClock(Date.now() + 1000);
    phone = new TestBrowser();
    if (address !== undefined) phone.headers["CF-Connecting-IP"] = address;
    expect((await phone.signIn(authenticator)).status).toBe(200);
  }
  return phone;
}

async function turnNoticesOn(phone: TestBrowser): Promise<void> {
  const answer = await phone.post("/account/notices", {
    endpoint: `https://fcm.googleapis.com/fcm/send/${crypto.randomUUID()}`,
    keys: new PushBrowser().keys,
    language: "en",
  });
  expect(answer.status).toBe(204);
}

/** An owner with two phones, and a thief's linked phone. */
async function attacked(): Promise<{
  ada: TestPhone;
  second: TestBrowser;
  passkey: Authenticator;
}> {
  const ada = await TestPhone.signUp();
  const second = await ada.secondPhone();
  const thief = await linkedPhone(ada.sub);
  return { ada, second, passkey: await thief.addPasskey() };
}

describe("an unconfirmed phone", () => {
  it.each([
    ["from one address", "2001:db8:bad::1"],
    ["from many addresses", undefined],
  ])(
    "signs out none of the owner's phones when an unconfirmed phone signs in twenty times %s [ATTACK-evicted-by-new-phone/4]",
    async (_, address) => {
      const { ada, second, passkey } = await attacked();
      await turnNoticesOn(second);
      const newest = await signInOften(passkey, address);
      for (const phone of [ada, second]) {
        expect(await phone.whoAmI()).toMatchObject({ signed_in: true });
      }
      expect(await isTold(second)).toBe(true);
      expect(await newest.whoAmI()).toMatchObject({ signed_in: true });
      const unconfirmed = (await phonesOf(ada)).filter((phone) => phone.unconfirmed);
      expect(unconfirmed).toHaveLength(MAX_SESSIONS_OF_ROOT);
      // The history has the linked phone and the evicted sessions.
      const types = (await ada.history()).map(({ type }) => type);
      const evicted = Math.min(1 + SIGN_INS - MAX_SESSIONS_OF_ROOT, MAX_LINES_OF_ROOT);
      expect(types.filter((type) => type === "phone_signed_out")).toHaveLength(evicted);
    },
  );

  it("lets the owner sign in while an unconfirmed phone signs in again and again [ATTACK-evicted-by-new-phone]", async () => {
    const { ada, passkey } = await attacked();
    await ada.post("/account/sign-out", {});
    for (let i = 0; i < 3; i++) {
      const back = await ada.secondPhone();
      await signInOften(passkey);
      setClock(Date.now() + 1000);
      expect(await back.whoAmI()).toMatchObject({ signed_in: true });
    }
    const back = await ada.secondPhone();
    await signInOften(passkey);
    const [unconfirmed] = (await phonesOf(back)).filter((phone) => phone.unconfirmed);
    expect((await back.delete(`/account/phones/${unconfirmed?.id}`)).status).toBe(204);
    expect((await new TestBrowser().signIn(passkey)).status).toBe(403);
    expect((await phonesOf(back)).filter((phone) => phone.unconfirmed)).toEqual([]);
  });

  it("evicts no session of another unconfirmed phone", async () => {
    const { ada, passkey } = await attacked();
    const honest = await linkedPhone(ada.sub);
    await signInOften(passkey);
    expect(await honest.whoAmI()).toMatchObject({ signed_in: true });
  });
});

describe("a found recovery code of an account in use", () => {
  /** An account whose phone is used daily and whose passkey was not used for a long time. */
  async function inDailyUse(): Promise<{ ada: TestPhone; code: string }> {
    const start = Date.now();
    setClock(start);
    const ada = await TestPhone.signUp();
    const made = await ada.post("/account/recovery-code", {});
    const { recovery_code: code } = await made.json<{ recovery_code: string }>();
    for (let day = 1; day <= 40; day++) {
      setClock(start + day * DAY);
      expect(await ada.whoAmI()).toMatchObject({ signed_in: true });
    }
    return { ada, code };
  }

  async function recovered(code: string): Promise<TestBrowser> {
    const phone = new TestBrowser();
    const answer = await phone.post("/account/recover", { recovery_code: code });
    expect(answer.status).toBe(200);
    return phone;
  }

  it("keeps the finder of a recovery code unconfirmed however many phones sign in by its passkey [ATTACK-evicted-by-new-phone/2]", async () => {
    const { ada, code } = await inDailyUse();
    const passkey = await (await recovered(code)).addPasskey();
    const thief = await signInOften(passkey);
    const { credentialId } = ada.authenticator;
    const removed = await thief.delete(`/account/passkeys/${credentialId}`);
    expect(await problemOf(removed)).toEqual(UNCONFIRMED);
    expect(await problemOf(await thief.delete("/account/phones"))).toEqual(UNCONFIRMED);
    expect(await ada.whoAmI()).toMatchObject({ signed_in: true });
    expect((await ada.signIn(ada.authenticator)).status).toBe(200);
  });

  it("keeps the finder of a recovery code unconfirmed after the owner signed out the phone in use [ATTACK-evicted-by-new-phone/3]", async () => {
    const { ada, code } = await inDailyUse();
    const passkey = await (await recovered(code)).addPasskey();
    await ada.post("/account/sign-out", {});
    const thief = await signInOften(passkey);
    const { credentialId } = ada.authenticator;
    const removed = await thief.delete(`/account/passkeys/${credentialId}`);
    expect(await problemOf(removed)).toEqual(UNCONFIRMED);
    const [phone] = await phonesOf(thief);
    expect(phone?.unconfirmed).toBe(true);
  });
});
