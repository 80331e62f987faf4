import { afterEach, describe, expect, it } from "vitest";
import type { PasskeysResponse } from "../../src/protocol/passkeys.ts";
import type { PhonesResponse } from "../../src/protocol/phones.ts";
import { redeem } from "../support/api.ts";
import type { Authenticator } from "../support/authenticator.ts";
import { linkedPhone } from "../support/linked-phone.ts";
import { TestBrowser } from "../support/test-browser.ts";
import { TestPhone } from "../support/test-phone.ts";
import { TestScreen } from "../support/test-screen.ts";
import { restoreClock, setClock } from "../support/time.ts";

/**
 * An attacker's phone was added to the account. It adds passkeys and then leaves the list of phones, so that the owner
 * does not see it, or only removes a part of what it added.
 */

afterEach(restoreClock);

const DAY = 24 * 3600 * 1000;

interface Attacked {
  ada: TestPhone;
  attacker: TestBrowser;
  passkeys: Authenticator[];
}

const WAYS_IN: [string, (ada: TestPhone) => Promise<TestBrowser>][] = [
  ["another phone's approval", (ada) => linkedPhone(ada.sub)],
  [
    "a found recovery code",
    async (ada) => {
      const made = await ada.post("/account/recovery-code", {});
      const phone = new TestBrowser();
      expect((await phone.post("/account/recover", await made.json<object>())).status).toBe(200);
      return phone;
    },
  ],
];

async function attacked(getIn = linkedBy): Promise<Attacked> {
  const start = Date.now();
  setClock(start);
  const ada = await TestPhone.signUp();
  const attacker = await getIn(ada);
  const first = await attacker.addPasskey();
  setClock(start + 1000);
  const second = await attacker.addPasskey();
  setClock(start + 2000);
  return { ada, attacker, passkeys: [first, second] };
}

const linkedBy = (ada: TestPhone) => linkedPhone(ada.sub);

const passkeysOf = async (phone: TestBrowser) =>
  (await (await phone.get("/account/passkeys")).json<PasskeysResponse>()).passkeys;

const idOf = async (phone: TestBrowser) => {
  const { phones } = await (await phone.get("/account/phones")).json<PhonesResponse>();
  return phones.find(({ current }) => current)?.id ?? "";
};

const leave = (phone: TestBrowser) => phone.post("/account/sign-out", {});

const LEAVING: [string, (phone: TestBrowser) => Promise<Response>][] = [
  ["signs out", leave],
  [
    "removes itself from the list",
    async (phone) => phone.delete(`/account/phones/${await idOf(phone)}`),
  ],
];

/** Nothing is left that signs the attacker in, now or after the trust delay, and the owner is signed in. */
async function expectGone({ ada, attacker, passkeys }: Attacked): Promise<void> {
  expect(await attacker.whoAmI()).toMatchObject({ signed_in: false });
  expect((await passkeysOf(ada)).map(({ id }) => id)).toEqual([ada.authenticator.credentialId]);
  for (const after of [1000, 2 * DAY]) {
    setClock(Date.now() + after);
    for (const passkey of passkeys) {
      expect((await new TestBrowser().signIn(passkey)).status).toBe(403);
    }
  }
  expect(await ada.whoAmI()).toMatchObject({ signed_in: true });
  expect((await new TestBrowser().signIn(ada.authenticator)).status).toBe(200);
}

describe.each(WAYS_IN)("an attacker's phone that was signed in by %s", (_, getIn) => {
  it.each(LEAVING)(
    "loses its passkeys when it %s and the owner signs out all other phones [ATTACK-passkey-left-behind]",
    async (__, leaves) => {
      const all = await attacked(getIn);
      expect((await leaves(all.attacker)).status).toBe(204);
      expect((await all.ada.delete("/account/phones")).status).toBe(204);
      await expectGone(all);
    },
  );

  it("loses all its passkeys when the owner removes one of them [ATTACK-passkey-left-behind/2]", async () => {
    const all = await attacked(getIn);
    const [first] = all.passkeys;
    const removed = await all.ada.delete(`/account/passkeys/${first?.credentialId}`);
    expect(removed.status).toBe(204);
    await expectGone(all);
  });

  it("loses all its passkeys when it has signed out and the owner removes one of them [ATTACK-passkey-left-behind/3]", async () => {
    const all = await attacked(getIn);
    await leave(all.attacker);
    const [, second] = all.passkeys;
    await all.ada.delete(`/account/passkeys/${second?.credentialId}`);
    await expectGone(all);
  });
});

it("signs out an unconfirmed phone and removes its passkeys when the owner reports a login that it approved [ATTACK-passkey-left-behind/4]", async () => {
  const all = await attacked();
  const [passkey] = all.passkeys;
  if (!passkey) throw new Error("no passkey");
  const login = await TestScreen.begin();
  await redeem(await TestPhone.of(all.attacker, passkey, all.ada.sub).approvedCode(login));
  const sid = login.created.session_id;
  expect((await all.ada.post(`/account/devices/${sid}/not-me`, {})).status).toBe(204);
  await expectGone(all);
});

it("keeps the passkeys of another unconfirmed phone when an unconfirmed phone signs out all others [ATTACK-passkey-left-behind/5]", async () => {
  const { ada, attacker } = await attacked();
  const honest = await linkedPhone(ada.sub);
  const passkey = await honest.addPasskey();
  await leave(honest);
  await leave(ada);
  const refused = await attacker.delete("/account/phones");
  expect(refused.status).toBe(403);
  setClock(Date.now() + 1000);
  expect((await new TestBrowser().signIn(passkey)).status).toBe(200);
});

it("marks the passkeys of an unconfirmed phone as unconfirmed until the trust delay is over [ATTACK-passkey-left-behind/6]", async () => {
  const { ada, attacker, passkeys } = await attacked();
  await leave(attacker);
  const unconfirmedIds = async () =>
    (await passkeysOf(ada)).filter(({ unconfirmed }) => unconfirmed).map(({ id }) => id);
  const added = passkeys.map(({ credentialId }) => credentialId);
  expect((await unconfirmedIds()).toSorted()).toEqual(added.toSorted());
  setClock(Date.now() + DAY);
  expect(await unconfirmedIds()).toEqual([]);
});
