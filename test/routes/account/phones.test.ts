import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it } from "vitest";
import type { PhonesResponse } from "../../../src/protocol/phones.ts";
import { storageOf } from "../../support/accounts.ts";
import { BERLIN, madeUp, problemOf } from "../../support/api.ts";
import { linkedPhone } from "../../support/linked-phone.ts";
import { TestBrowser } from "../../support/test-browser.ts";
import { TestPhone } from "../../support/test-phone.ts";
import { restoreClock, setClock } from "../../support/time.ts";

afterEach(restoreClock);

const DAY = 24 * 3600 * 1000;

const listOf = async (phone: TestBrowser) =>
  (await (await phone.get("/account/phones")).json<PhonesResponse>()).phones;

/** The id of the only phone that matches. */
async function idOf(
  phone: TestBrowser,
  is: (listed: PhonesResponse["phones"][number]) => boolean,
): Promise<string> {
  const [found, ...more] = (await listOf(phone)).filter(is);
  if (!found || more.length > 0) throw new Error("which phone is meant?");
  return found.id;
}

const idOfOther = (phone: TestBrowser) => idOf(phone, ({ current }) => !current);

describe("the list of one's phones", () => {
  it("lists each phone with device, place and sign-in method, and marks the current one", async () => {
    const phone = await TestPhone.signUp("Ada", { place: BERLIN });
    const { sub } = phone;
    const chrome = new TestBrowser();
    chrome.headers["User-Agent"] =
      "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36";
    await linkedPhone(sub, chrome);
    const known = await listOf(phone);
    expect(known).toHaveLength(2);
    expect(known.find(({ current }) => current)).toEqual({
      id: expect.stringMatching(/^[\w-]{16}$/),
      city: "Berlin",
      country: "DE",
      signed_in_at: expect.any(String),
      last_seen_at: expect.any(String),
      by: "passkey",
      current: true,
      unconfirmed: false,
    });
    expect(known.find(({ current }) => !current)).toMatchObject({
      browser: "Chrome 142",
      system: "Android 16",
      by: "another_phone",
      unconfirmed: true,
    });
    expect(await idOf(chrome, ({ current }) => current)).toBe(await idOfOther(phone));
  });

  it("lists phones without their secrets", async () => {
    const phone = await TestPhone.signUp();
    const { sub } = phone;
    const told = JSON.stringify(await listOf(phone));
    const secrets = (await storageOf(sub)).rows.map(([key]) => key.split(":")[1] ?? key);
    for (const secret of secrets.filter((part) => part.length > 20)) {
      expect(told).not.toContain(secret);
    }
  });

  it("lists a phone that another phone approved as unconfirmed for a day", async () => {
    const start = Date.now();
    setClock(start);
    const { sub } = await TestPhone.signUp();
    const linked = await linkedPhone(sub);
    const unconfirmed = async () =>
      (await listOf(linked)).filter((listed) => listed.unconfirmed).length;
    const terms = env.UNCONFIRMED_TTL * 1000;
    setClock(start + terms - 1);
    expect(await unconfirmed()).toBe(1);
    setClock(start + terms);
    expect(await unconfirmed()).toBe(0);
    expect((await linked.post("/account/passkeys/options", {})).status).toBe(403);
  });

  it("does not list a phone whose session has expired", async () => {
    const start = Date.now();
    setClock(start);
    const ada = await TestPhone.signUp();
    await ada.secondPhone();
    setClock(start + 60 * DAY);
    await ada.whoAmI();
    setClock(start + 100 * DAY);
    expect(await listOf(ada)).toHaveLength(1);
  });
});

describe("signing a phone out", () => {
  it("signs out only the chosen phone and records it [ASVS-7.5.2]", async () => {
    const ada = await TestPhone.signUp();
    const [lost, kept] = [await ada.secondPhone(), await ada.secondPhone()];
    const id = await idOf(lost, ({ current }) => current);
    expect((await ada.delete(`/account/phones/${id}`)).status).toBe(204);
    expect(await lost.whoAmI()).toMatchObject({ signed_in: false });
    for (const phone of [ada, kept]) {
      expect(await phone.whoAmI()).toMatchObject({ signed_in: true });
    }
    expect((await ada.history())[0]).toMatchObject({
      type: "phone_signed_out",
      name: expect.any(String),
    });
  });

  it("signs out all other phones at once [ASVS-7.4.3]", async () => {
    const ada = await TestPhone.signUp();
    const others = [await ada.secondPhone(), await ada.secondPhone(), await linkedPhone(ada.sub)];
    expect((await ada.delete("/account/phones")).status).toBe(204);
    for (const other of others) expect(await other.whoAmI()).toMatchObject({ signed_in: false });
    expect(await listOf(ada)).toMatchObject([{ current: true }]);
  });

  it("lets a phone sign itself out", async () => {
    const phone = await TestPhone.signUp();
    const id = await idOf(phone, ({ current }) => current);
    expect((await phone.delete(`/account/phones/${id}`)).status).toBe(204);
    expect(await phone.whoAmI()).toMatchObject({ signed_in: false });
  });

  it("rejects the sign-out of a phone of another account, or of an unknown one", async () => {
    const [ada, eve] = [await TestPhone.signUp(), await TestPhone.signUp()];
    const theirs = await idOf(ada, ({ current }) => current);
    for (const id of [theirs, madeUp().slice(0, 16)]) {
      const answer = await eve.delete(`/account/phones/${id}`);
      expect(await problemOf(answer)).toEqual([404, "phone_unknown"]);
    }
    expect(await ada.whoAmI()).toMatchObject({ signed_in: true });
  });

  it("accepts a sign-out only from our own pages on a signed-in phone", async () => {
    const ada = await TestPhone.signUp();
    await ada.secondPhone();
    const id = await idOfOther(ada);
    for (const path of ["/account/phones", `/account/phones/${id}`]) {
      const nobody = await new TestBrowser().delete(path);
      expect(await problemOf(nobody)).toEqual([401, "sign_in_required"]);
      const evil = new TestBrowser();
      for (const [name, value] of ada.cookies) evil.cookies.set(name, value);
      evil.headers["Origin"] = "https://evil.example";
      expect(await problemOf(await evil.delete(path))).toEqual([403, "origin_not_allowed"]);
    }
    expect(await listOf(ada)).toHaveLength(2);
  });

  it("removes the passkeys of an unconfirmed phone that is signed out, and the phones that use them", async () => {
    const ada = await TestPhone.signUp();
    const linked = await linkedPhone(ada.sub);
    const passkey = await linked.addPasskey();
    const again = await TestPhone.of(linked, passkey, ada.sub).secondPhone();
    const id = await idOf(linked, ({ current }) => current);
    expect((await ada.delete(`/account/phones/${id}`)).status).toBe(204);
    for (const phone of [linked, again]) {
      expect(await phone.whoAmI()).toMatchObject({ signed_in: false });
    }
    const types = (await ada.history()).map(({ type }) => type);
    expect(types.slice(0, 3).toSorted()).toEqual([
      "passkey_removed",
      "phone_signed_out",
      "phone_signed_out",
    ]);
    const tried = await new TestBrowser().signIn(passkey);
    expect(await problemOf(tried)).toEqual([403, "passkey_invalid"]);
  });

  it("keeps the passkeys of a confirmed phone that is signed out", async () => {
    const start = Date.now();
    setClock(start);
    const ada = await TestPhone.signUp();
    const linked = await linkedPhone(ada.sub);
    const passkey = await linked.addPasskey();
    setClock(start + DAY);
    const id = await idOf(linked, ({ current }) => current);
    await ada.delete(`/account/phones/${id}`);
    expect(await linked.whoAmI()).toMatchObject({ signed_in: false });
    expect(await TestPhone.of(linked, passkey, ada.sub).secondPhone()).toBeDefined();
  });

  it("leaves an account a confirmed passkey, so that a confirmed phone can sign out every other", async () => {
    const start = Date.now();
    setClock(start);
    const ada = await TestPhone.signUp();
    const confirmed = await linkedPhone(ada.sub);
    setClock(start + DAY);
    const response = await ada.authenticator.get(await ada.signInOptions());
    await ada.post("/account/sign-in", { response });
    const late = await linkedPhone(ada.sub);
    await late.addPasskey();
    const { credentialId } = ada.authenticator;
    const removed = await ada.delete(`/account/passkeys/${credentialId}`);
    expect(await problemOf(removed)).toEqual([409, "last_passkey"]);
    const id = await idOf(late, ({ current }) => current);
    expect((await confirmed.delete(`/account/phones/${id}`)).status).toBe(204);
    expect(await late.whoAmI()).toMatchObject({ signed_in: false });
    setClock(start + DAY + 1000);
    expect(await ada.secondPhone()).toBeDefined();
  });
});
