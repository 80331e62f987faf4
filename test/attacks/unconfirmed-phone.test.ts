import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it } from "vitest";
import { MAX_PASSKEYS, MAX_PASSKEYS_OF_ROOT } from "../../src/accounts/passkeys/credential.ts";
import type { PhoneSession } from "../../src/accounts/phone-sessions/phone-session.ts";
import { accountStub, pipelined } from "../../src/accounts/account-stub.ts";
import {
  MAX_RECORDS_OF_ROOT,
  MAX_SCREENS_OF_ROOT,
} from "../../src/accounts/logins/login-record.ts";
import type { DevicesResponse } from "../../src/protocol/devices.ts";
import type { HistoryEntry } from "../../src/protocol/history.ts";
import type { PasskeysResponse } from "../../src/protocol/passkeys.ts";
import type { PhonesResponse } from "../../src/protocol/phones.ts";
import { logIn, storageOf } from "../support/accounts.ts";
import { madeUp, problemOf, redeem } from "../support/api.ts";
import { linkedPhone } from "../support/linked-phone.ts";
import type { TestBrowser } from "../support/test-browser.ts";
import { TestPhone } from "../support/test-phone.ts";
import { TestScreen } from "../support/test-screen.ts";
import { Authenticator } from "../support/authenticator.ts";
import { restoreClock, setClock } from "../support/time.ts";

/** An unconfirmed phone tries to rename, to confirm logins, to use up limits and to hide events. */

afterEach(restoreClock);

const HOUR = 3600 * 1000;
const UNCONFIRMED = [403, "phone_unconfirmed"];

const passkeysOf = async (phone: TestBrowser) =>
  (await (await phone.get("/account/passkeys")).json<PasskeysResponse>()).passkeys;

const devicesOf = async (phone: TestBrowser) =>
  (await (await phone.get("/account/devices")).json<DevicesResponse>()).devices;

const phonesOf = async (phone: TestBrowser) =>
  (await (await phone.get("/account/phones")).json<PhonesResponse>()).phones;

/** An owner, and a stranger's linked phone with its own passkey. */
async function attacked(): Promise<{ ada: TestPhone; thief: TestPhone }> {
  const ada = await TestPhone.signUp();
  const phone = await linkedPhone(ada.sub);
  return { ada, thief: TestPhone.of(phone, await phone.addPasskey(), ada.sub) };
}

/** Approves a login. Returns its `sid`. */
async function logInBy(owner: TestPhone): Promise<string> {
  const login = await TestScreen.begin();
  expect((await redeem(await owner.approvedCode(login))).status).toBe(200);
  return login.created.session_id;
}

/** The session of the linked phone. */
async function secretHashOf(sub: string, by: PhoneSession["by"]): Promise<string> {
  const { rows } = await storageOf(sub);
  const found = rows.find(
    ([key, row]) =>
      key.startsWith("session:") && typeof row === "object" && row && "by" in row && row.by === by,
  );
  return found?.[0].slice("session:".length) ?? "";
}

describe("renaming by an unconfirmed phone", () => {
  it("refuses to rename a passkey of the owner by an unconfirmed phone [ATTACK-unconfirmed-phone/4]", async () => {
    const { ada, thief } = await attacked();
    const path = `/account/passkeys/${ada.authenticator.credentialId}`;
    expect(await problemOf(await thief.patch(path, { name: "Lost" }))).toEqual(UNCONFIRMED);
    expect((await passkeysOf(ada)).map(({ name }) => name)).not.toContain("Lost");
  });

  it("refuses to rename a passkey that the unconfirmed phone has added itself [ATTACK-unconfirmed-phone/6]", async () => {
    const { ada, thief } = await attacked();
    const path = `/account/passkeys/${thief.authenticator.credentialId}`;
    expect(await problemOf(await thief.patch(path, { name: "Mine" }))).toEqual(UNCONFIRMED);
    expect((await passkeysOf(ada)).map(({ name }) => name)).not.toContain("Mine");
  });
});

describe("confirming and reporting by an unconfirmed phone", () => {
  it("refuses a confirmation of any login by an unconfirmed phone [ATTACK-unconfirmed-phone]", async () => {
    const { ada, thief } = await attacked();
    for (const sid of [await logInBy(ada), await logInBy(thief)]) {
      const confirmed = await thief.post(`/account/devices/${sid}/confirm`, {});
      expect(await problemOf(confirmed)).toEqual(UNCONFIRMED);
    }
    const unconfirmed = (await devicesOf(ada)).map((device) => device.unconfirmed);
    expect(unconfirmed).toEqual([true, true]);
  });

  it("lets an unconfirmed phone end only the logins that it approved [ATTACK-unconfirmed-phone/5]", async () => {
    const { ada, thief } = await attacked();
    const sid = await logInBy(ada);
    const before = await storageOf(ada.sub);
    const tries = [
      thief.delete(`/account/devices/${sid}`),
      thief.post(`/account/devices/${sid}/not-me`, {}),
      thief.delete("/account/devices"),
    ];
    for (const answer of await Promise.all(tries)) {
      expect(await problemOf(answer)).toEqual(UNCONFIRMED);
    }
    expect(await storageOf(ada.sub)).toEqual(before);
  });

  it("asks the owner about a login that the unconfirmed phone approved and ended or disowned itself [ATTACK-unconfirmed-phone/7]", async () => {
    const { ada, thief } = await attacked();
    const [ended, disowned, last] = [
      await logInBy(thief),
      await logInBy(thief),
      await logInBy(thief),
    ];
    expect((await thief.delete(`/account/devices/${ended}`)).status).toBe(204);
    const notMe = (phone: TestBrowser, sid: string) =>
      phone.post(`/account/devices/${sid}/not-me`, {});
    expect((await notMe(thief, disowned)).status).toBe(204);
    expect((await thief.delete("/account/devices")).status).toBe(204);
    // Repeating it changes nothing.
    expect((await notMe(thief, ended)).status).toBe(204);
    const listed = await devicesOf(ada);
    expect(listed.map(({ sid }) => sid).toSorted()).toEqual([ended, disowned, last].toSorted());
    expect(listed.map(({ unconfirmed, ended_by }) => [unconfirmed, ended_by])).toEqual([
      [true, "client"],
      [true, "client"],
      [true, "client"],
    ]);
    expect((await notMe(ada, disowned)).status).toBe(204);
    const reported = (await ada.history()).filter(({ type }) => type === "device_not_me");
    expect(reported.map(({ sid }) => sid)).toEqual([disowned]);
    expect(await thief.whoAmI()).toMatchObject({ signed_in: false });
  });
});

describe("limits of an unconfirmed phone", () => {
  it("keeps the limit of passkeys free for the owner", async () => {
    const { ada, thief } = await attacked();
    for (let i = 1; i < MAX_PASSKEYS_OF_ROOT; i++) await thief.addPasskey();
    for (const path of ["/account/passkeys/options", "/account/passkeys/options"]) {
      const refused = await thief.post(path, {});
      expect(await problemOf(refused)).toEqual([409, "too_many_passkeys"]);
    }
    for (let i = 1; i < MAX_PASSKEYS; i++) await ada.addPasskey();
    expect(await passkeysOf(ada)).toHaveLength(MAX_PASSKEYS + MAX_PASSKEYS_OF_ROOT);
    const full = await ada.post("/account/passkeys/options", {});
    expect(await problemOf(full)).toEqual([409, "too_many_passkeys"]);
  });

  it("accepts the owner's sign-in while an unconfirmed phone adds passkeys", async () => {
    const { ada, thief } = await attacked();
    const begun = await ada.post("/account/passkeys/options", {});
    const { options } = await begun.json<{ options: Parameters<Authenticator["create"]>[0] }>();
    const authenticator = await Authenticator.make("http://localhost:8787");
    const response = await authenticator.create(options);
    await thief.addPasskey();
    expect((await ada.post("/account/passkeys", { response })).status).toBe(201);
  });

  it("keeps the owner's logins and their history whatever an unconfirmed phone logs in [ATTACK-unconfirmed-phone/3]", async () => {
    const ada = await TestPhone.signUp();
    const screens = [];
    for (let i = 0; i < env.MAX_DEVICES; i++) screens.push(await logIn(ada.sub));
    await linkedPhone(ada.sub);
    const phone = await secretHashOf(ada.sub, "another_phone");
    for (let i = 0; i < MAX_RECORDS_OF_ROOT + 5; i++) {
      const grant = {
        ...{ sessionId: madeUp(), clientId: "screen", scope: "openid" },
        ...{ account: { sub: ada.sub, phone }, approvedAt: Date.now(), screen: {} },
      };
      const account = accountStub(env, ada.sub);
      using begun = await account.beginLogin({ grant, expiresAt: Date.now() + HOUR });
      expect(begun.ok).toBe(true);
    }
    const left = (await devicesOf(ada)).map(({ sid }) => sid);
    expect(left).toHaveLength(env.MAX_DEVICES + MAX_SCREENS_OF_ROOT);
    for (const sid of screens) expect(left).toContain(sid);
    const lines = (await ada.history()).filter(({ type }) => type === "login");
    expect(lines).toHaveLength(env.MAX_DEVICES + MAX_RECORDS_OF_ROOT);
  });

  it("keeps the owner's history complete whatever an unconfirmed phone does [ATTACK-unconfirmed-phone/2]", async () => {
    const start = Date.now();
    setClock(start);
    const ada = await TestPhone.signUp();
    const second = await ada.secondPhone();
    await ada.post("/account/recovery-code", {});
    const sid = await logIn(ada.sub);
    await (await linkedPhone(ada.sub)).addPasskey();
    const thief = await secretHashOf(ada.sub, "another_phone");
    const before = await ada.history();
    const account = accountStub(env, ada.sub);
    const noise = noiseOf(account, thief);
    for (let hour = 0; hour < 4; hour++) {
      for (let i = 0; i < 60; i++) {
        setClock(start + hour * HOUR + i + 1);
        await noise();
      }
    }
    const after = await second.history();
    for (const line of before) expect(after).toContainEqual(line);
    expect(before.map(({ type }) => type)).toEqual(
      expect.arrayContaining(["account_created", "phone_linked", "recovery_code_made", "login"]),
    );
    expect(before.map((line) => line.sid)).toContain(sid);
    // The owner's actions are still recorded.
    setClock(start + 4 * HOUR);
    await (await signedInAgain(ada, ada.authenticator)).addPasskey();
    const types = (await ada.history()).map(({ type }) => type);
    expect(types.slice(0, 2).toSorted()).toEqual(["passkey_added", "phone_signed_in"]);
    // The first and the last action of the phone are recorded too.
    const added = after.filter(isAddition).map(({ name }) => name);
    expect(added).toContain("noise 1");
    expect(added[0]).toBe("noise 240");
  });
});

/** One event of every type that an unconfirmed phone can cause repeatedly. */
function noiseOf(account: ReturnType<typeof accountStub>, phone: string) {
  let count = 0;
  return async () => {
    count += 1;
    const id = `noise${count}`;
    const made = { id, publicKey: new Uint8Array(), counter: 0, transports: [] };
    const kind = { deviceType: "multiDevice", backedUp: true } as const;
    const credential = { ...made, ...kind, name: `noise ${count}` };
    using added = await pipelined(account.passkeys()).add(credential, Date.now() + count, {
      secretHash: phone,
    });
    expect(added.ok).toBe(true);
    using removed = await pipelined(account.passkeys()).remove(id, phone);
    expect(removed.ok).toBe(true);
    const endpoint = `https://fcm.googleapis.com/fcm/send/${count}`;
    const keys = { p256dh: "", auth: "" };
    using on = await pipelined(account.notifications()).enable(phone, {
      endpoint,
      keys,
      language: "en",
    });
    expect(on.ok).toBe(true);
    using off = await pipelined(account.notifications()).disable(phone);
    expect(off.ok).toBe(true);
    await account.appendAuditEvent({ type: "login_declined" }, phone);
    await account.appendAuditEvent({ type: "attack", what: "assertion_of_another_request" }, phone);
  };
}

const isAddition = ({ type, name }: HistoryEntry) =>
  type === "passkey_added" && name?.startsWith("noise");

async function signedInAgain(
  phone: TestBrowser,
  authenticator: Authenticator,
): Promise<TestBrowser> {
  expect((await phone.signIn(authenticator)).status).toBe(200);
  return phone;
}

describe("the phones of another unconfirmed phone", () => {
  it("lets only a confirmed phone sign out the phones of an unconfirmed one", async () => {
    const { ada, thief } = await attacked();
    const honest = await linkedPhone(ada.sub);
    const id = (await phonesOf(honest)).find(({ current }) => current)?.id ?? "";
    expect(await problemOf(await thief.delete(`/account/phones/${id}`))).toEqual(UNCONFIRMED);
    expect(await honest.whoAmI()).toMatchObject({ signed_in: true });
    expect((await ada.delete(`/account/phones/${id}`)).status).toBe(204);
  });
});
