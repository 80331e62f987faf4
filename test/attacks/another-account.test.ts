import { beforeAll, describe, expect, it } from "vitest";
import { storageOf } from "../support/accounts.ts";
import { problemOf, redeem } from "../support/api.ts";
import { TestPhone } from "../support/test-phone.ts";
import { TestScreen } from "../support/test-screen.ts";

/** A signed-in user tries to read or change another account. */

let ada: TestPhone;
let mallory: TestPhone;
let sid: string;

beforeAll(async () => {
  [ada, mallory] = [await TestPhone.signUp("Ada"), await TestPhone.signUp("Mallory")];
  const login = await TestScreen.begin();
  const code = await ada.approvedCode(login);
  expect((await redeem(code)).status).toBe(200);
  sid = login.created.session_id;
});

describe("another account's device", () => {
  it.each<[string, (path: string) => Promise<Response>]>([
    ["ended", (path) => mallory.delete(path)],
    ["confirmed", (path) => mallory.post(`${path}/confirm`, {})],
    ["disowned", (path) => mallory.post(`${path}/not-me`, {})],
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

  it("ends no login of another account when all own logins are ended", async () => {
    expect((await mallory.delete("/account/devices")).status).toBe(204);
    expect(await (await ada.get("/account/devices")).text()).toContain(sid);
  });

  it("lists no login of another account", async () => {
    expect(await (await mallory.get("/account/devices")).json()).toEqual({ devices: [] });
  });
});

describe("another account's passkey", () => {
  it.each<[string, (path: string) => Promise<Response>]>([
    ["renamed", (path) => mallory.patch(path, { name: "Mine" })],
    ["removed", (path) => mallory.delete(path)],
  ])("refuses a passkey of another account to be %s", async (_, act) => {
    const before = await storageOf(ada.sub);
    const answer = await act(`/account/passkeys/${ada.authenticator.credentialId}`);
    expect(await problemOf(answer)).toEqual([404, "passkey_unknown"]);
    expect(await storageOf(ada.sub)).toEqual(before);
  });

  it("refuses to add a passkey made for the own account to another account", async () => {
    const asked = await mallory.post("/account/passkeys/options", {});
    const { options } = await asked.json<{ options: never }>();
    const response = await mallory.authenticator.create(options, { credentialId: "AAAAAAAAAAAA" });
    const ceremony = mallory.cookies.get("__Host-ceremony") ?? "";
    ada.cookies.set("__Host-ceremony", ceremony);
    const answer = await ada.post("/account/passkeys", { response });
    expect(await problemOf(answer)).toEqual([400, "ceremony_expired"]);
  });
});

describe("another account's history", () => {
  it("shows no history of another account, as JSON or as CSV", async () => {
    const events = await mallory.history();
    expect(JSON.stringify(events)).not.toContain(sid);
    const table = await mallory.get("/account/history?format=csv");
    expect(await table.text()).not.toContain(sid);
  });
});

describe("a cookie with another account's name in it", () => {
  it.each(["/account/devices", "/account/passkeys", "/account/history"])(
    "opens nothing at %s for a cookie with another account's name",
    async (path) => {
      const thief = await TestPhone.signUp("Mallory");
      const [, secret] = thief.cookies.get("__Host-phone")?.split(".") ?? [];
      thief.cookies.set("__Host-phone", `${ada.sub}.${secret}`);
      expect(await problemOf(await thief.get(path))).toEqual([401, "sign_in_required"]);
    },
  );

  it("deletes no account for a cookie with another account's name", async () => {
    const thief = await TestPhone.signUp("Mallory");
    const [, secret] = thief.cookies.get("__Host-phone")?.split(".") ?? [];
    thief.cookies.set("__Host-phone", `${ada.sub}.${secret}`);
    const answer = await thief.delete("/account", {});
    expect(await problemOf(answer)).toEqual([401, "sign_in_required"]);
    expect(await ada.whoAmI()).toMatchObject({ signed_in: true });
  });
});
