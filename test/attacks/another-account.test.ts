import { beforeAll, describe, expect, it } from "vitest";
import { begin, problemOf, redeem } from "../support/api.ts";
import { approvedBy, Owner } from "../support/owner.ts";
import { historyOf, storageOf } from "../support/person.ts";

/** Somebody with an account of their own reaches for what is in another one. */

let ada: Owner;
let mallory: Owner;
let sid: string;

beforeAll(async () => {
  [ada, mallory] = [await Owner.signUp("Ada"), await Owner.signUp("Mallory")];
  const login = await begin();
  const code = await approvedBy(ada, login);
  expect((await redeem(code)).status).toBe(200);
  sid = login.created.session_id;
});

describe("another account's device", () => {
  it.each<[string, (path: string) => Promise<Response>]>([
    ["ended", (path) => mallory.browser.delete(path)],
    ["confirmed", (path) => mallory.browser.post(`${path}/confirm`, {})],
    ["disowned", (path) => mallory.browser.post(`${path}/not-me`, {})],
  ])(
    "refuses %s of another account's login and changes nothing [ATTACK-another-account]",
    async (_, act) => {
      const before = await storageOf(ada.sub);
      expect(await problemOf(await act(`/account/devices/${sid}`))).toEqual([
        404,
        "device_unknown",
      ]);
      expect(await storageOf(ada.sub)).toEqual(before);
    },
  );

  it("is not ended by ending all of one's own", async () => {
    expect((await mallory.browser.delete("/account/devices")).status).toBe(204);
    expect(await (await ada.browser.get("/account/devices")).text()).toContain(sid);
  });

  it("is not in one's list", async () => {
    expect(await (await mallory.browser.get("/account/devices")).json()).toEqual({ devices: [] });
  });
});

describe("another account's passkey", () => {
  it.each<[string, (path: string) => Promise<Response>]>([
    ["renamed", (path) => mallory.browser.patch(path, { name: "Mine" })],
    ["removed", (path) => mallory.browser.delete(path)],
  ])("can't be %s", async (_, act) => {
    const before = await storageOf(ada.sub);
    const answer = await act(`/account/passkeys/${ada.authenticator.credentialId}`);
    expect(await problemOf(answer)).toEqual([404, "passkey_unknown"]);
    expect(await storageOf(ada.sub)).toEqual(before);
  });

  it("can't be joined by one that was made for one's own account", async () => {
    const asked = await mallory.browser.post("/account/passkeys/options", {});
    const { options } = await asked.json<{ options: never }>();
    const response = await mallory.authenticator.create(options, { credentialId: "AAAAAAAAAAAA" });
    const ceremony = mallory.browser.cookies.get("__Host-ceremony") ?? "";
    ada.browser.cookies.set("__Host-ceremony", ceremony);
    const answer = await ada.browser.post("/account/passkeys", { response });
    expect(await problemOf(answer)).toEqual([400, "ceremony_expired"]);
  });
});

describe("another account's history", () => {
  it("is not to be read, as JSON or as a table", async () => {
    const events = await historyOf(mallory.browser);
    expect(JSON.stringify(events)).not.toContain(sid);
    const table = await mallory.browser.get("/account/history?format=csv");
    expect(await table.text()).not.toContain(sid);
  });
});

describe("a cookie with another account's name in it", () => {
  it.each(["/account/devices", "/account/passkeys", "/account/history"])(
    "opens nothing at %s",
    async (path) => {
      const thief = await Owner.signUp("Mallory");
      const [, secret] = thief.browser.cookies.get("__Host-phone")?.split(".") ?? [];
      thief.browser.cookies.set("__Host-phone", `${ada.sub}.${secret}`);
      expect(await problemOf(await thief.browser.get(path))).toEqual([401, "sign_in_required"]);
    },
  );

  it("deletes nothing", async () => {
    const thief = await Owner.signUp("Mallory");
    const [, secret] = thief.browser.cookies.get("__Host-phone")?.split(".") ?? [];
    thief.browser.cookies.set("__Host-phone", `${ada.sub}.${secret}`);
    const answer = await thief.browser.delete("/account", {});
    expect(await problemOf(answer)).toEqual([401, "sign_in_required"]);
    expect(await ada.browser.whoAmI()).toMatchObject({ signed_in: true });
  });
});
