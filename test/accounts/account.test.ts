import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, it, vi } from "vitest";
import type { NewCredential } from "../../src/accounts/passkeys/credential.ts";
import { accountStub, pipelined } from "../../src/accounts/account-stub.ts";
import { resetBeforeWrite } from "../routes/object-reset.ts";
import { callTwice, isUnavailable } from "../../src/lib/object-unavailable.ts";

/** The Durable Object. How it verifies passkeys is tested in test/routes/account/index.test.ts. */

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

it("creates an account only once [ASVS-6.3.2]", async () => {
  const account = newAccount();
  const ada = { name: "Ada", credential: CREDENTIAL, secretHash: "hash" };
  expect(await pipelined(account.passkeys()).register(ada)).toEqual({
    ok: true,
    value: { name: "Ada" },
  });
  const eve = { name: "Eve", credential: { ...CREDENTIAL, id: "hers" }, secretHash: "her hash" };
  expect(await pipelined(account.passkeys()).register(eve)).toEqual({
    ok: false,
    error: "account_exists",
  });
  expect(await account.whoIs("hash")).toMatchObject({ value: { name: "Ada" } });
  expect(await account.whoIs("her hash")).toEqual({ ok: false, error: "not_signed_in" });
});

it("returns when and how the owner of a phone signed in", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const account = newAccount();
  const authTime = Date.now();
  await pipelined(account.passkeys()).register({
    name: "Ada",
    credential: CREDENTIAL,
    secretHash: "hash",
  });
  vi.setSystemTime(authTime + 30 * DAY);
  expect(await account.whoIs("hash")).toEqual({
    ok: true,
    value: { name: "Ada", authTime, amr: ["swk", "user", "mfa"], phone: "hash" },
  });
});

it("stores the last use of a phone at most once a day", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const account = newAccount();
  const start = Date.now();
  await pipelined(account.passkeys()).register({
    name: "Ada",
    credential: CREDENTIAL,
    secretHash: "hash",
  });
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

it("signs out only the phone with the given secret", async () => {
  const account = newAccount();
  await pipelined(account.passkeys()).register({
    name: "Ada",
    credential: CREDENTIAL,
    secretHash: "hash",
  });
  await pipelined(account.phones()).signOut("another");
  expect((await account.whoIs("hash")).ok).toBe(true);
  await pipelined(account.phones()).signOut("hash");
  expect((await account.whoIs("hash")).ok).toBe(false);
});

it("exposes only its intended methods over RPC [ASVS-6.7.1]", async () => {
  const account = await runInDurableObject(newAccount(), (instance) => instance);
  const methodsOf = (target: object) =>
    Object.getOwnPropertyNames(Object.getPrototypeOf(target)).toSorted();
  expect(methodsOf(account)).toEqual(
    [
      ...["constructor", "alarm", "whoIs", "erase"],
      ...["passkeys", "phones", "recovery", "devices", "browserSessions", "notifications"],
      ...["beginLogin", "redeemAgain", "voidCode", "wasRedeemed", "codeReused"],
      ...["isLoggedIn", "refresh", "introspectRefreshToken", "endLogin"],
      ...["loginHistory", "history", "appendAuditEvent"],
    ].toSorted(),
  );
  expect(methodsOf(account.passkeys())).toEqual(
    ["constructor", "register", "signIn", "stepUp", "list", "add", "rename", "remove"].toSorted(),
  );
  expect(methodsOf(account.phones())).toEqual(
    ["constructor", "list", "end", "endOthers", "signOut", "link", "linkAgain"].toSorted(),
  );
  expect(methodsOf(account.recovery())).toEqual(
    ["constructor", "signIn", "replaceCode", "withdrawGuessedCode"].toSorted(),
  );
  expect(methodsOf(account.devices())).toEqual(
    ["constructor", "list", "overview", "end", "endBrowser", "endAll", "confirm"].toSorted(),
  );
  expect(methodsOf(account.browserSessions())).toEqual(
    ["constructor", "open", "signOn", "logoutOf", "end", "forget", "endByLogin"].toSorted(),
  );
  expect(methodsOf(account.notifications())).toEqual(
    ["constructor", "isEnabled", "enable", "disable"].toSorted(),
  );
});

it("releases a part of an account after the call, so that the object can be evicted", async () => {
  const account = newAccount();
  expect(await pipelined(account.phones()).list("hash")).toEqual([]);
  await evictDurableObject(account);
  expect(await pipelined(account.devices()).list()).toEqual([]);
});

it("reports a reset of the account as the error of a call to its part, and works with a new stub", async () => {
  const name = crypto.randomUUID();
  const account = accountStub(env, name);
  await pipelined(account.passkeys()).register({
    name: "Ada",
    credential: CREDENTIAL,
    secretHash: "hash",
  });
  await resetBeforeWrite(account, 1);
  const signOut = async () => await pipelined(account.phones()).signOut("hash");
  await expect(signOut()).rejects.toSatisfy(isUnavailable);
  // Now the part itself can't be reached by the old stub.
  const list = async () => await pipelined(account.phones()).list("hash");
  await expect(list()).rejects.toSatisfy(isUnavailable);
  const listed = callTwice(() => pipelined(accountStub(env, name).phones()).list("hash"));
  expect(await listed).toHaveLength(1);
});
