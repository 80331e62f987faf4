import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, it, vi } from "vitest";
import type { NewCredential } from "../../src/accounts/passkeys/credential.ts";
import { accountStub, pipelined } from "../../src/accounts/account-stub.ts";

/** The object itself; what it answers to real passkeys is in test/routes/account/index.test.ts. */

const DAY = 24 * 3600 * 1000;

const CREDENTIAL: NewCredential = {
  id: "credential",
  name: "Phone",
  publicKey: new Uint8Array([1, 2, 3]),
  counter: 0,
  transports: [],
  deviceType: "multiDevice",
  backedUp: true,
};

const newAccount = () => accountStub(env, crypto.randomUUID());

afterEach(() => {
  vi.useRealTimers();
});

it("is created once", async () => {
  const account = newAccount();
  const ada = { name: "Ada", credential: CREDENTIAL, secretHash: "hash" };
  expect(await pipelined(account.passkeys()).register(ada)).toEqual({ ok: true, value: { name: "Ada" } });
  const eve = { name: "Eve", credential: { ...CREDENTIAL, id: "hers" }, secretHash: "her hash" };
  expect(await pipelined(account.passkeys()).register(eve)).toEqual({ ok: false, error: "account_exists" });
  expect(await account.whoIs("hash")).toMatchObject({ value: { name: "Ada" } });
  expect(await account.whoIs("her hash")).toEqual({ ok: false, error: "not_signed_in" });
});

it("tells when and how its person signed in", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const account = newAccount();
  const authTime = Date.now();
  await pipelined(account.passkeys()).register({ name: "Ada", credential: CREDENTIAL, secretHash: "hash" });
  vi.setSystemTime(authTime + 30 * DAY);
  expect(await account.whoIs("hash")).toEqual({
    ok: true,
    value: { name: "Ada", authTime, amr: ["swk", "user", "mfa"], phone: "hash" },
  });
});

it("notes at most once a day that a phone was seen", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const account = newAccount();
  const start = Date.now();
  await pipelined(account.passkeys()).register({ name: "Ada", credential: CREDENTIAL, secretHash: "hash" });
  const lastSeen = async (at: number) => {
    vi.setSystemTime(at);
    await account.whoIs("hash");
    return await runInDurableObject(account, (_, { storage }) =>
      storage.kv.get<{ lastSeenAt: number }>("session:hash"),
    );
  };
  expect(await lastSeen(start + DAY - 1)).toMatchObject({ lastSeenAt: start });
  expect(await lastSeen(start + DAY)).toMatchObject({ lastSeenAt: start + DAY });
  expect(await lastSeen(start + 2 * DAY - 1)).toMatchObject({ lastSeenAt: start + DAY });
});

it("signs out one phone and no other", async () => {
  const account = newAccount();
  await pipelined(account.passkeys()).register({ name: "Ada", credential: CREDENTIAL, secretHash: "hash" });
  await pipelined(account.phones()).signOut("another");
  expect((await account.whoIs("hash")).ok).toBe(true);
  await pipelined(account.phones()).signOut("hash");
  expect((await account.whoIs("hash")).ok).toBe(false);
});

it("has nothing that can be called but what it is for", async () => {
  const account: object = Object.getPrototypeOf(
    await runInDurableObject(newAccount(), (instance) => instance),
  );
  expect(Object.getOwnPropertyNames(account).toSorted()).toEqual(
    [
      ...["constructor", "alarm", "register", "signIn", "signOut", "whoIs"],
      ...["phones", "endPhone", "endOtherPhones"],
      ...["link", "recover", "replaceRecoveryCode", "recoveryGuessed"],
      ...["keys", "addPasskey", "renamePasskey", "removePasskey"],
      ...["redeemAgain", "linkAgain", "voidCode", "wasRedeemed"],
      ...["beginLogin", "endLogin", "codeReused", "isLoggedIn", "refresh", "whatRefreshes"],
      ...["devices", "endDevice", "endDevices", "confirmDevice"],
      ...["standing", "history", "note", "erase", "stepUp"],
      ...["noticesOn", "turnNoticesOn", "turnNoticesOff"],
    ].toSorted(),
  );
});
