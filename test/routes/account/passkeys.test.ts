import type { PublicKeyCredentialCreationOptionsJSON } from "@simplewebauthn/server";
import { afterEach, describe, expect, it } from "vitest";
import type { Passkey, PasskeysResponse } from "../../../src/protocol/passkeys.ts";
import { Authenticator, type Deviations } from "../../support/authenticator.ts";
import { storageOf } from "../../support/accounts.ts";
import { ISSUER, problemOf } from "../../support/api.ts";
import { TestBrowser } from "../../support/test-browser.ts";
import { TestPhone } from "../../support/test-phone.ts";
import { restoreClock, setClock } from "../../support/time.ts";

afterEach(restoreClock);

const MINUTE = 60_000;
const CHROME =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";

async function optionsFor(phone: TestBrowser): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const answer = await phone.post("/account/passkeys/options", {});
  return (await answer.json<{ options: PublicKeyCredentialCreationOptionsJSON }>()).options;
}

async function add(
  phone: TestBrowser,
  { name, deviations }: { name?: string; deviations?: Deviations } = {},
) {
  const authenticator = await Authenticator.make(ISSUER);
  const response = await authenticator.create(await optionsFor(phone), deviations);
  const answer = await phone.post("/account/passkeys", {
    response,
    ...(name === undefined ? {} : { name }),
  });
  return { authenticator, response, answer };
}

const listOf = async (phone: TestBrowser) =>
  await (await phone.get("/account/passkeys")).json<PasskeysResponse>();

/** A person with two passkeys. */
async function personWithTwo() {
  const phone = await TestPhone.signUp();
  const { authenticator: second } = await add(phone, { name: "Laptop" });
  return { phone, authenticator: phone.authenticator, sub: phone.sub, second };
}

describe("the list of one's passkeys", () => {
  it("lists the first passkey, named after the browser that made it", async () => {
    const phone = new TestBrowser();
    phone.headers["User-Agent"] = CHROME;
    const authenticator = await Authenticator.make(ISSUER, { backupEligible: true });
    const response = await authenticator.create(await phone.registrationOptions());
    await phone.post("/account/register", { response });
    expect(await listOf(phone)).toEqual({
      passkeys: [
        {
          id: authenticator.credentialId,
          name: "Chrome 142 on Linux",
          created_at: expect.any(String),
          last_used_at: expect.any(String),
          synced: true,
          current: true,
          unconfirmed: false,
        },
      ],
      phone_unconfirmed: false,
      recovery_code: null,
    });
  });

  it("lists passkeys only for a signed-in phone", async () => {
    expect(await problemOf(await new TestBrowser().get("/account/passkeys"))).toEqual([
      401,
      "sign_in_required",
    ]);
  });
});

describe("adding a passkey", () => {
  it("signs in by an added passkey and records it [ASVS-6.3.7]", async () => {
    const phone = await TestPhone.signUp();
    const { sub } = phone;
    const { authenticator, answer } = await add(phone, { name: "  Laptop " });
    expect(answer.status).toBe(201);
    expect((await answer.json<{ passkey: Passkey }>()).passkey).toMatchObject({
      id: authenticator.credentialId,
      name: "Laptop",
      current: false,
    });
    expect((await listOf(phone)).passkeys.map(({ name }) => name)).toEqual(["Passkey", "Laptop"]);
    expect((await phone.history())[0]).toMatchObject({ type: "passkey_added", name: "Laptop" });

    const laptop = new TestBrowser();
    expect((await laptop.signIn(authenticator)).status).toBe(200);
    expect(await laptop.whoAmI()).toMatchObject({ account: { sub } });
    expect((await listOf(laptop)).passkeys.map(({ current }) => current)).toEqual([false, true]);
  });

  it("excludes the existing passkeys in the options", async () => {
    const { phone, authenticator, second } = await personWithTwo();
    const { excludeCredentials, user } = await optionsFor(phone);
    expect(excludeCredentials?.map(({ id }) => id).toSorted()).toEqual(
      [authenticator.credentialId, second.credentialId].toSorted(),
    );
    expect(user.name).toBe("Ada");
  });

  it("names a passkey after the browser if it has no name", async () => {
    const phone = await TestPhone.signUp();
    phone.headers["User-Agent"] = CHROME;
    const { answer } = await add(phone);
    expect(await answer.json()).toMatchObject({ passkey: { name: "Chrome 142 on Linux" } });
  });

  it.each<[string, Deviations]>([
    ["made on another origin", { origin: "https://evil.example" }],
    ["made without verifying the person", { userVerified: false }],
    ["that answers another challenge", { challenge: "A".repeat(43) }],
    ["that is the answer to a sign-in", { type: "webauthn.get" }],
  ])("rejects an added passkey %s", async (_, deviations) => {
    const phone = await TestPhone.signUp();
    const { sub } = phone;
    const before = await storageOf(sub);
    const { answer } = await add(phone, { deviations });
    expect(await problemOf(answer)).toEqual([403, "passkey_invalid"]);
    expect(await storageOf(sub)).toEqual(before);
  });

  it("never overwrites an existing passkey", async () => {
    const phone = await TestPhone.signUp();
    const { authenticator, sub } = phone;
    const before = await storageOf(sub);
    const { answer } = await add(phone, {
      deviations: { credentialId: authenticator.credentialId },
    });
    expect(await problemOf(answer)).toEqual([403, "passkey_invalid"]);
    expect(await storageOf(sub)).toEqual(before);
  });

  it("accepts a ceremony once, even after its passkey was removed", async () => {
    const phone = await TestPhone.signUp();
    const authenticator = await Authenticator.make(ISSUER);
    const options = await optionsFor(phone);
    const ceremony = phone.cookies.get("__Host-ceremony") ?? "";
    const response = await authenticator.create(options);
    expect((await phone.post("/account/passkeys", { response })).status).toBe(201);
    expect((await phone.delete(`/account/passkeys/${authenticator.credentialId}`)).status).toBe(
      204,
    );
    phone.cookies.set("__Host-ceremony", ceremony);
    const again = await phone.post("/account/passkeys", { response });
    expect(await problemOf(again)).toEqual([400, "ceremony_expired"]);
  });

  it("rejects a ceremony of another account or another type", async () => {
    const [ada, eve] = [await TestPhone.signUp(), await TestPhone.signUp()];
    const authenticator = await Authenticator.make(ISSUER);
    const response = await authenticator.create(await optionsFor(ada));
    eve.cookies.set("__Host-ceremony", ada.cookies.get("__Host-ceremony") ?? "");
    const crossed = await eve.post("/account/passkeys", { response });
    expect(await problemOf(crossed)).toEqual([400, "ceremony_expired"]);

    const registration = await authenticator.create(await ada.registrationOptions());
    const other = await ada.post("/account/passkeys", { response: registration });
    expect(await problemOf(other)).toEqual([400, "ceremony_expired"]);
    expect((await listOf(ada)).passkeys).toHaveLength(1);
    expect((await listOf(eve)).passkeys).toHaveLength(1);
  });

  it("accepts twenty passkeys at most", async () => {
    const phone = await TestPhone.signUp();
    for (let i = 1; i < 20; i++) {
      // Each address has its own rate limit.
      phone.headers["CF-Connecting-IP"] = `192.0.2.${i}`;
      setClock(Date.now() + 1);
      expect((await add(phone)).answer.status).toBe(201);
    }
    const answer = await phone.post("/account/passkeys/options", {});
    expect(await problemOf(answer)).toEqual([409, "too_many_passkeys"]);
  });
});

describe("naming a passkey", () => {
  it("changes only the name of a passkey", async () => {
    const { phone, second } = await personWithTwo();
    const before = await listOf(phone);
    const answer = await phone.patch(`/account/passkeys/${second.credentialId}`, { name: "Mac" });
    expect(answer.status).toBe(204);
    const [first, renamed] = before.passkeys;
    expect((await listOf(phone)).passkeys).toEqual([first, { ...renamed, name: "Mac" }]);
    expect((await phone.history())[0]).toMatchObject({ type: "passkey_renamed", name: "Mac" });
  });

  it.each([
    ["empty", { name: " " }],
    ["too long", { name: "x".repeat(81) }],
    ["with a mark that turns the direction", { name: "a\u202eb" }],
    ["beside an unknown member", { name: "Mac", id: "x" }],
  ])("rejects a passkey name that is %s", async (_, body) => {
    const phone = await TestPhone.signUp();
    const { authenticator, sub } = phone;
    const before = await storageOf(sub);
    const answer = await phone.patch(`/account/passkeys/${authenticator.credentialId}`, body);
    expect(await problemOf(answer)).toEqual([400, "invalid_request"]);
    expect(await storageOf(sub)).toEqual(before);
  });
});

describe("removing a passkey", () => {
  it("signs out only the phones that used a removed passkey [ASVS-6.5.6]", async () => {
    const { phone, second } = await personWithTwo();
    const laptop = new TestBrowser();
    await laptop.signIn(second);
    expect((await phone.delete(`/account/passkeys/${second.credentialId}`)).status).toBe(204);
    expect(await laptop.whoAmI()).toMatchObject({ signed_in: false });
    expect(await phone.whoAmI()).toMatchObject({ signed_in: true });
    expect(await problemOf(await new TestBrowser().signIn(second))).toEqual([
      403,
      "passkey_invalid",
    ]);
    expect((await phone.history())[0]).toMatchObject({ type: "passkey_removed", name: "Laptop" });
  });

  it("never removes the last passkey", async () => {
    const phone = await TestPhone.signUp();
    const { authenticator, sub } = phone;
    const before = await storageOf(sub);
    const answer = await phone.delete(`/account/passkeys/${authenticator.credentialId}`);
    expect(await problemOf(answer)).toEqual([409, "last_passkey"]);
    expect(await storageOf(sub)).toEqual(before);
  });
});

describe("another account's passkey", () => {
  it("rejects renaming and removing a passkey of another account", async () => {
    const [ada, eve] = [await personWithTwo(), await personWithTwo()];
    const path = `/account/passkeys/${ada.second.credentialId}`;
    const before = [await storageOf(ada.sub), await storageOf(eve.sub)];
    expect(await problemOf(await eve.phone.patch(path, { name: "mine" }))).toEqual([
      404,
      "passkey_unknown",
    ]);
    expect(await problemOf(await eve.phone.delete(path))).toEqual([404, "passkey_unknown"]);
    expect(await problemOf(await new TestBrowser().delete(path))).toEqual([
      401,
      "sign_in_required",
    ]);
    expect([await storageOf(ada.sub), await storageOf(eve.sub)]).toEqual(before);
  });
});

describe("what changes how an account is entered", () => {
  const ACTS: [string, (phone: TestBrowser, id: string) => Promise<Response>][] = [
    ["adding a passkey", (phone) => phone.post("/account/passkeys/options", {})],
    ["removing a passkey", (phone, id) => phone.delete(`/account/passkeys/${id}`)],
    ["making a recovery code", (phone) => phone.post("/account/recovery-code", {})],
    ["deleting the account", (phone) => phone.delete("/account", {})],
  ];

  it.each(ACTS)("requires a sign-in of the last ten minutes: %s [ASVS-7.5.1]", async (_, act) => {
    const { phone, authenticator, second, sub } = await personWithTwo();
    setClock(Date.now() + 10 * MINUTE + 1000);
    const before = await storageOf(sub);
    const answer = await act(phone, second.credentialId);
    expect(await problemOf(answer)).toEqual([403, "sign_in_again"]);
    expect(await storageOf(sub)).toEqual(before);
    expect((await phone.signIn(authenticator)).status).toBe(200);
    expect((await act(phone, second.credentialId)).ok).toBe(true);
  });

  it.each(ACTS)("rejects from another site: %s", async (_, act) => {
    const { phone, second, sub } = await personWithTwo();
    const before = await storageOf(sub);
    for (const headers of [{ Origin: "https://evil.example" }, { "Sec-Fetch-Site": "same-site" }]) {
      const own = phone.headers;
      phone.headers = { ...own, ...headers };
      const answer = await act(phone, second.credentialId);
      expect(await problemOf(answer)).toEqual([403, "origin_not_allowed"]);
      phone.headers = own;
    }
    expect(await storageOf(sub)).toEqual(before);
  });
});
