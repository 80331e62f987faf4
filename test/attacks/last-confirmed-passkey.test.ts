import { afterEach, expect, it } from "vitest";
import type { PhonesResponse } from "../../src/protocol/phones.ts";
import { problemOf } from "../support/api.ts";
import { linkedPhone } from "../support/linked-phone.ts";
import { TestBrowser } from "../support/test-browser.ts";
import { TestPhone } from "../support/test-phone.ts";
import { restoreClock, setClock } from "../support/time.ts";

/**
 * An attacker's phone was added to the account and has added a passkey. The owner removes the wrong passkey, or wants to
 * remove the attacker's phone. Neither may leave the attacker's passkey as the only one.
 */

afterEach(restoreClock);

const DAY = 24 * 3600 * 1000;

/** Sets the clock, since two ceremonies must not begin in the same millisecond. */
function clockFrom(start: number): (milliseconds: number) => void {
  setClock(start);
  return (milliseconds) => setClock(start + milliseconds);
}

async function unconfirmedIdIn(phone: TestBrowser): Promise<string> {
  const { phones } = await (await phone.get("/account/phones")).json<PhonesResponse>();
  return phones.find(({ unconfirmed }) => unconfirmed)?.id ?? "";
}

it("keeps the owner's last confirmed passkey while the other passkeys are unconfirmed [ATTACK-last-confirmed-passkey]", async () => {
  const wait = clockFrom(Date.now());
  const ada = await TestPhone.signUp();
  const attacker = await linkedPhone(ada.sub);
  await attacker.addPasskey();
  wait(1000);
  await attacker.addPasskey();
  const removed = await ada.delete(`/account/passkeys/${ada.authenticator.credentialId}`);
  expect(await problemOf(removed)).toEqual([409, "last_passkey"]);
  expect(await ada.whoAmI()).toMatchObject({ signed_in: true });
  expect((await new TestBrowser().signIn(ada.authenticator)).status).toBe(200);
});

it("signs out an unconfirmed phone and removes its passkey for a confirmed phone that has no passkey [ATTACK-last-confirmed-passkey/2]", async () => {
  const wait = clockFrom(Date.now());
  const ada = await TestPhone.signUp();
  const second = await linkedPhone(ada.sub);
  wait(2 * DAY);
  const attacker = await linkedPhone(ada.sub);
  const passkey = await attacker.addPasskey();
  const ended = await second.delete(`/account/phones/${await unconfirmedIdIn(second)}`);
  expect(ended.status).toBe(204);
  expect(await attacker.whoAmI()).toMatchObject({ signed_in: false });
  wait(2 * DAY + 1000);
  expect((await new TestBrowser().signIn(passkey)).status).toBe(403);
  expect((await new TestBrowser().signIn(ada.authenticator)).status).toBe(200);
});

it("removes each unconfirmed passkey of an attacker, also if the owner's only other one is confirmed [ATTACK-last-confirmed-passkey/3]", async () => {
  const wait = clockFrom(Date.now());
  const ada = await TestPhone.signUp();
  const passkey = await (await linkedPhone(ada.sub)).addPasskey();
  const removed = await ada.delete(`/account/passkeys/${passkey.credentialId}`);
  expect(removed.status).toBe(204);
  wait(1000);
  expect((await new TestBrowser().signIn(passkey)).status).toBe(403);
  expect((await new TestBrowser().signIn(ada.authenticator)).status).toBe(200);
});
