import { afterEach, describe, expect, it } from "vitest";
import type { PhonesResponse } from "../../src/protocol/phones.ts";
import { begin, problemOf, VERIFIER } from "../support/api.ts";
import type { Authenticator } from "../support/authenticator.ts";
import { Browser } from "../support/browser.ts";
import { linkedPhone, makePasskey } from "../support/linked-phone.ts";
import { Owner, snapshotOf } from "../support/owner.ts";
import { historyOf, signIn } from "../support/person.ts";
import { restoreClock, setClock } from "../support/time.ts";

/** The owner was talked into letting a stranger's phone in, or their recovery code was found. What then? */

afterEach(restoreClock);

const DAY = 24 * 3600 * 1000;
const UNCONFIRMED = [403, "phone_unconfirmed"];

const phonesOf = async (phone: Browser) =>
  (await (await phone.get("/account/phones")).json<PhonesResponse>()).phones;

const idOf = async (phone: Browser) =>
  (await phonesOf(phone)).find(({ current }) => current)?.id ?? "";

/** What would lock the owner out, or bring the thief back. */
const LOCKOUTS: [string, (thief: Browser, ada: Owner) => Promise<Response>][] = [
  [
    "to remove a passkey of the owner",
    (thief, ada) => thief.delete(`/account/passkeys/${ada.authenticator.credentialId}`),
  ],
  ["to make a recovery code", (thief) => thief.post("/account/recovery-code", {})],
  ["to delete the account", (thief) => thief.delete("/account", {})],
  [
    "to sign out the owner's phone",
    async (thief, ada) => thief.delete(`/account/phones/${await idOf(ada.browser)}`),
  ],
  ["to sign out all other phones", (thief) => thief.delete("/account/phones")],
];

async function withCode(): Promise<{ ada: Owner; code: string }> {
  const ada = await Owner.signUp();
  const answer = await ada.browser.post("/account/recovery-code", {});
  const { recovery_code: code } = await answer.json<{ recovery_code: string }>();
  return { ada, code };
}

async function recovered(code: string): Promise<Browser> {
  const phone = new Browser();
  const answer = await phone.post("/account/recover", { recovery_code: code });
  if (answer.status !== 200) throw new Error("not let in");
  return phone;
}

describe("a stranger's phone that another one let in", () => {
  it.each(LOCKOUTS)("refuses an unconfirmed phone %s", async (_, tries) => {
    const ada = await Owner.signUp();
    const thief = await linkedPhone(ada.sub);
    expect(await problemOf(await tries(thief, ada))).toEqual(UNCONFIRMED);
    expect(await ada.browser.whoAmI()).toMatchObject({ signed_in: true });
  });

  it.each(LOCKOUTS)(
    "refuses a phone that signed in by an unconfirmed passkey %s [ATTACK-linked-phone/3]",
    async (_, tries) => {
      const ada = await Owner.signUp();
      const passkey = await makePasskey(await linkedPhone(ada.sub));
      const thief = new Browser();
      await signIn(thief, passkey);
      expect(await problemOf(await tries(thief, ada))).toEqual(UNCONFIRMED);
    },
  );

  it("lets no other phone in, which would stay when it is found", async () => {
    const ada = await Owner.signUp();
    const phone = await linkedPhone(ada.sub);
    const thief = Owner.holding(phone, await makePasskey(phone), ada.sub);
    const login = await begin({ client_id: "phone" });
    const { scan_token } = await thief.scans(login);
    expect((await thief.approves(login, scan_token)).status).toBe(200);
    const { code } = await snapshotOf(login);
    const second = new Browser();
    const linked = await second.post("/account/link", { code, code_verifier: VERIFIER });
    expect(await problemOf(linked)).toEqual(UNCONFIRMED);
    expect(await second.whoAmI()).toMatchObject({ signed_in: false });
  });

  it("may remove what it made itself, and what it may do to others it may after a day", async () => {
    const start = Date.now();
    setClock(start);
    const ada = await Owner.signUp();
    const linked = await linkedPhone(ada.sub);
    const own: Authenticator = await makePasskey(linked);
    setClock(start + DAY);
    await signIn(linked, own);
    const { credentialId } = ada.authenticator;
    expect((await linked.delete(`/account/passkeys/${credentialId}`)).status).toBe(204);
  });

  it("lists an unconfirmed phone to the owner and removes it with its passkey by one request [ATTACK-linked-phone/4]", async () => {
    const ada = await Owner.signUp();
    const thief = await linkedPhone(ada.sub);
    const passkey = await makePasskey(thief);
    const found = (await phonesOf(ada.browser)).find(({ by }) => by === "another_phone");
    expect(found).toMatchObject({ unconfirmed: true, current: false });
    expect((await ada.browser.delete(`/account/phones/${found?.id}`)).status).toBe(204);
    expect(await thief.whoAmI()).toMatchObject({ signed_in: false });
    expect((await signIn(thief, passkey)).status).toBe(403);
    const types = (await historyOf(ada.browser)).map(({ type }) => type);
    expect(types).toContain("phone_signed_out");
  });

  it("doesn't stay by its passkey where the code that let it in was a stolen one", async () => {
    const ada = await Owner.signUp();
    const login = await begin({ client_id: "phone" });
    const { scan_token } = await ada.scans(login);
    await ada.approves(login, scan_token);
    const { code } = await snapshotOf(login);
    const link = { code, code_verifier: VERIFIER };
    const thief = new Browser();
    await thief.post("/account/link", link);
    const passkey = await makePasskey(thief);
    await new Browser().post("/account/link", link);
    expect((await signIn(new Browser(), passkey)).status).toBe(403);
  });
});

describe("a recovery code that was found by somebody else", () => {
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
    await makePasskey(phone);
    const { credentialId } = ada.authenticator;
    expect((await phone.post("/account/recovery-code", {})).status).toBe(201);
    expect((await phone.delete("/account/phones")).status).toBe(204);
    expect((await phone.delete(`/account/passkeys/${credentialId}`)).status).toBe(204);
  });
});
