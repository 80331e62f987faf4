import { afterEach, describe, expect, it } from "vitest";
import type { PasskeysResponse } from "../../src/protocol/passkeys.ts";
import { problemOf, ISSUER } from "../support/api.ts";
import { Authenticator } from "../support/authenticator.ts";
import { linkedPhone } from "../support/linked-phone.ts";
import { TestBrowser } from "../support/test-browser.ts";
import { TestPhone } from "../support/test-phone.ts";
import { restoreClock, setClock } from "../support/time.ts";

/** An unconfirmed phone writes a message to the owner into the name of a passkey that it adds. */

afterEach(restoreClock);

const DAY = 24 * 3600 * 1000;
const MESSAGE = "Security team: your old passkey was stolen. Remove it now.";

async function addPasskey(phone: TestBrowser, name: string): Promise<string> {
  const authenticator = await Authenticator.make(ISSUER);
  const begun = await phone.post("/account/passkeys/options", {});
  const { options } = await begun.json<{ options: Parameters<Authenticator["create"]>[0] }>();
  const response = await authenticator.create(options);
  expect((await phone.post("/account/passkeys", { name, response })).status).toBe(201);
  return authenticator.credentialId;
}

async function recoveredPhone(ada: TestPhone): Promise<TestBrowser> {
  const made = await ada.post("/account/recovery-code", {});
  const phone = new TestBrowser();
  expect((await phone.post("/account/recover", await made.json<object>())).status).toBe(200);
  return phone;
}

const namesIn = async (phone: TestBrowser) => {
  const { passkeys } = await (await phone.get("/account/passkeys")).json<PasskeysResponse>();
  return passkeys.map(({ name }) => name);
};

describe.each<[string, (ada: TestPhone) => Promise<TestBrowser>]>([
  ["another phone's approval", ({ sub }) => linkedPhone(sub)],
  ["a recovery code", recoveredPhone],
])("a phone that was signed in by %s", (_, signedIn) => {
  it("does not choose the name of a passkey while it is unconfirmed [ATTACK-misleading-passkey-name]", async () => {
    const ada = await TestPhone.signUp();
    const phone = await signedIn(ada);
    const id = await addPasskey(phone, MESSAGE);
    const renamed = await phone.patch(`/account/passkeys/${id}`, { name: MESSAGE });
    expect(await problemOf(renamed)).toEqual([403, "phone_unconfirmed"]);
    expect(await namesIn(ada)).not.toContain(MESSAGE);
    // So that its page asks for no name.
    expect(await (await phone.get("/account/passkeys")).json()).toHaveProperty(
      "phone_unconfirmed",
      true,
    );
    expect(JSON.stringify(await ada.history())).not.toContain(MESSAGE);
  });

  it("renames its passkey after the trust delay [ATTACK-misleading-passkey-name/2]", async () => {
    const start = Date.now();
    setClock(start);
    const ada = await TestPhone.signUp();
    const phone = await signedIn(ada);
    const id = await addPasskey(phone, "Laptop");
    setClock(start + DAY);
    expect((await phone.patch(`/account/passkeys/${id}`, { name: "Laptop" })).status).toBe(204);
    expect(await namesIn(phone)).toContain("Laptop");
  });
});

it("lets a confirmed phone choose the name of a passkey that it adds [ATTACK-misleading-passkey-name/3]", async () => {
  const ada = await TestPhone.signUp();
  await addPasskey(ada, "Laptop");
  expect(await namesIn(ada)).toContain("Laptop");
});
