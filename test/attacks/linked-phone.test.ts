import { afterEach, describe, expect, it } from "vitest";
import type { PhonesResponse } from "../../src/protocol/phones.ts";
import { problemOf, VERIFIER } from "../support/api.ts";
import { linkedPhone } from "../support/linked-phone.ts";
import { TestBrowser } from "../support/test-browser.ts";
import { TestPhone } from "../support/test-phone.ts";
import { TestScreen } from "../support/test-screen.ts";
import type { Authenticator } from "../support/authenticator.ts";
import { restoreClock, setClock } from "../support/time.ts";

/** A stranger's phone was linked to the account, or a stranger has found the recovery code. */

afterEach(restoreClock);

const DAY = 24 * 3600 * 1000;
const UNCONFIRMED = [403, "phone_unconfirmed"];

const phonesOf = async (phone: TestBrowser) =>
  (await (await phone.get("/account/phones")).json<PhonesResponse>()).phones;

const idOf = async (phone: TestBrowser) =>
  (await phonesOf(phone)).find(({ current }) => current)?.id ?? "";

/** Actions that would lock out the owner or let the thief return. */
const LOCKOUTS: [string, (thief: TestBrowser, ada: TestPhone) => Promise<Response>][] = [
  [
    "to remove a passkey of the owner",
    (thief, ada) => thief.delete(`/account/passkeys/${ada.authenticator.credentialId}`),
  ],
  ["to make a recovery code", (thief) => thief.post("/account/recovery-code", {})],
  ["to delete the account", (thief) => thief.delete("/account", {})],
  [
    "to sign out the owner's phone",
    async (thief, ada) => thief.delete(`/account/phones/${await idOf(ada)}`),
  ],
  ["to sign out all other phones", (thief) => thief.delete("/account/phones")],
];

async function withCode(): Promise<{ ada: TestPhone; code: string }> {
  const ada = await TestPhone.signUp();
  const answer = await ada.post("/account/recovery-code", {});
  const { recovery_code: code } = await answer.json<{ recovery_code: string }>();
  return { ada, code };
}

async function recovered(code: string): Promise<TestBrowser> {
  const phone = new TestBrowser();
  const answer = await phone.post("/account/recover", { recovery_code: code });
  if (answer.status !== 200) throw new Error("not let in");
  return phone;
}

describe("an unconfirmed phone of a stranger", () => {
  it.each(LOCKOUTS)("refuses an unconfirmed phone %s", async (_, tries) => {
    const ada = await TestPhone.signUp();
    const thief = await linkedPhone(ada.sub);
    expect(await problemOf(await tries(thief, ada))).toEqual(UNCONFIRMED);
    expect(await ada.whoAmI()).toMatchObject({ signed_in: true });
  });

  it.each(LOCKOUTS)(
    "refuses a phone that signed in by an unconfirmed passkey %s [ATTACK-linked-phone/3]",
    async (_, tries) => {
      const ada = await TestPhone.signUp();
      const passkey = await (await linkedPhone(ada.sub)).addPasskey();
      const thief = new TestBrowser();
      await thief.signIn(passkey);
      expect(await problemOf(await tries(thief, ada))).toEqual(UNCONFIRMED);
    },
  );

  it("refuses to add another phone by an unconfirmed phone", async () => {
    const ada = await TestPhone.signUp();
    const phone = await linkedPhone(ada.sub);
    const thief = TestPhone.of(phone, await phone.addPasskey(), ada.sub);
    const login = await TestScreen.begin({ client_id: "phone" });
    const { scan_token } = await thief.scan(login);
    expect((await thief.approve(login, scan_token)).status).toBe(200);
    const { code } = await login.snapshot();
    const second = new TestBrowser();
    const linked = await second.post("/account/link", { code, code_verifier: VERIFIER });
    expect(await problemOf(linked)).toEqual(UNCONFIRMED);
    expect(await second.whoAmI()).toMatchObject({ signed_in: false });
  });

  it("lets an unconfirmed phone remove its own passkey at once and others after a day", async () => {
    const start = Date.now();
    setClock(start);
    const ada = await TestPhone.signUp();
    const linked = await linkedPhone(ada.sub);
    const own: Authenticator = await linked.addPasskey();
    setClock(start + DAY);
    await linked.signIn(own);
    const { credentialId } = ada.authenticator;
    expect((await linked.delete(`/account/passkeys/${credentialId}`)).status).toBe(204);
  });

  it("lists an unconfirmed phone to the owner and removes it with its passkey by one request [ATTACK-linked-phone/4]", async () => {
    const ada = await TestPhone.signUp();
    const thief = await linkedPhone(ada.sub);
    const passkey = await thief.addPasskey();
    const found = (await phonesOf(ada)).find(({ by }) => by === "another_phone");
    expect(found).toMatchObject({ unconfirmed: true, current: false });
    expect((await ada.delete(`/account/phones/${found?.id}`)).status).toBe(204);
    expect(await thief.whoAmI()).toMatchObject({ signed_in: false });
    expect((await thief.signIn(passkey)).status).toBe(403);
    const types = (await ada.history()).map(({ type }) => type);
    expect(types).toContain("phone_signed_out");
  });

  it("removes the passkey of a phone whose link code was redeemed again", async () => {
    const ada = await TestPhone.signUp();
    const login = await TestScreen.begin({ client_id: "phone" });
    const { scan_token } = await ada.scan(login);
    await ada.approve(login, scan_token);
    const { code } = await login.snapshot();
    const link = { code, code_verifier: VERIFIER };
    const thief = new TestBrowser();
    await thief.post("/account/link", link);
    const passkey = await thief.addPasskey();
    await new TestBrowser().post("/account/link", link);
    expect((await new TestBrowser().signIn(passkey)).status).toBe(403);
  });
});

describe("a found recovery code", () => {
  it.each(LOCKOUTS)(
    "refuses a phone that signed in by a found recovery code %s [ATTACK-linked-phone]",
    async (_, tries) => {
      const { ada, code } = await withCode();
      const thief = await recovered(code);
      expect(await problemOf(await tries(thief, ada))).toEqual(UNCONFIRMED);
    },
  );

  it("allows everything to a recovered phone when no other credential was used for a month [ATTACK-linked-phone/2]", async () => {
    const start = Date.now();
    setClock(start);
    const { ada, code } = await withCode();
    setClock(start + 30 * DAY);
    const phone = await recovered(code);
    await phone.addPasskey();
    const { credentialId } = ada.authenticator;
    expect((await phone.post("/account/recovery-code", {})).status).toBe(201);
    expect((await phone.delete("/account/phones")).status).toBe(204);
    expect((await phone.delete(`/account/passkeys/${credentialId}`)).status).toBe(204);
  });
});
