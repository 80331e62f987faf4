import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { accountStub } from "../../src/accounts/account-stub.ts";
import type { SigningKeys } from "../../src/oidc/keys/signing-keys.ts";
import { logIn } from "../support/accounts.ts";
import { api, post, problemOf, redeem } from "../support/api.ts";
import { TestBrowser } from "../support/test-browser.ts";
import { TestPhone } from "../support/test-phone.ts";
import { TestScreen } from "../support/test-screen.ts";
import { beginDevice, objectOf, pollDevice } from "../support/devices.ts";
import { storedRows } from "./stored-rows.ts";
import { upgrade } from "../support/watchers.ts";

/** Rows that were damaged, or that a later version wrote before it was rolled back. */

const SECRET = "what nobody may read in the log";

const errors = vi.spyOn(console, "error").mockImplementation(() => undefined);

beforeEach(() => errors.mockClear());

/** All that was logged. The runtime's errors are logged whole. */
const logged = () =>
  errors.mock.calls
    .flat()
    .map((entry: unknown) => (entry instanceof Error ? `${entry.message}\n${entry.stack}` : entry))
    .join("\n");

/** Changes rows of an object, and clears its memory. */
async function damage(
  stub: DurableObjectStub,
  change: (rows: Record<string, unknown>) => Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const damaged = change(await storedRows(stub));
  await runInDurableObject(stub, (_, { storage }) => {
    for (const [key, row] of Object.entries(damaged)) storage.kv.put(key, row);
  });
  await evictDurableObject(stub);
  return damaged;
}

/** A row of a version that this Worker doesn't know. */
const OF_LATER_VERSION = { rowVersion: 99, name: SECRET };

describe("an account with damaged rows", () => {
  /** One damaged row of each kind that an account has several of, and its recovery code. */
  const DAMAGED = {
    "credential:damaged": { id: "damaged", name: SECRET },
    "session:damaged": { secretHash: SECRET },
    "login:damaged": OF_LATER_VERSION,
    "event:000000000000000-damaged": { type: "phone_eaten", name: SECRET, at: 0 },
    "push:damaged": SECRET,
    recovery: { locator: [SECRET] },
  };

  async function damagedPerson() {
    const phone = await TestPhone.signUp();
    const stub = accountStub(env, phone.sub);
    await damage(stub, () => DAMAGED);
    return { phone, authenticator: phone.authenticator, sub: phone.sub, stub };
  }

  it("keeps its phones signed in, and lets others in by the passkeys that can be read", async () => {
    const { phone: ada } = await damagedPerson();
    expect(await ada.whoAmI()).toMatchObject({ account: { sub: ada.sub } });
    const another = await ada.secondPhone();
    expect(await another.whoAmI()).toMatchObject({ account: { sub: ada.sub } });
  });

  it("shows what can be read, reports the rest without its content, and leaves it as it is", async () => {
    const { phone, sub, stub } = await damagedPerson();
    const sid = await logIn(sub);
    const list = async (path: string) => await (await phone.get(path)).json();
    expect(await list("/account/passkeys")).toMatchObject({ passkeys: { length: 1 } });
    expect(await list("/account/phones")).toMatchObject({ phones: { length: 1 } });
    expect(await list("/account/devices")).toMatchObject({ devices: [{ sid }] });
    expect((await phone.history()).map(({ type }) => type)).toContain("account_created");
    await runDurableObjectAlarm(stub);
    expect(await storedRows(stub)).toMatchObject(DAMAGED);
    for (const kind of ["passkey", "signed-in phone", "login", "event"]) {
      expect(logged()).toContain(`A stored row can't be read (${kind})`);
    }
    expect(logged()).not.toContain(SECRET);
  });

  it("refuses the passkey whose row is damaged, and leaves it as it is", async () => {
    const { authenticator, stub } = await damagedPerson();
    const key = `credential:${authenticator.credentialId}`;
    const damaged = await damage(stub, (rows) => ({
      [key]: { ...(rows[key] as object), counter: SECRET },
    }));
    const phone = new TestBrowser();
    expect(await problemOf(await phone.signIn(authenticator))).toEqual([500, "internal_error"]);
    expect(await phone.whoAmI()).toMatchObject({ signed_in: false });
    expect(await storedRows(stub)).toMatchObject(damaged);
    expect(logged()).toContain("A stored row can't be read (passkey): counter is not number.");
    expect(logged()).not.toContain(SECRET);
  });

  it("makes a new recovery code in place of one that can't be read", async () => {
    const { phone, sub } = await damagedPerson();
    const made = await phone.post("/account/recovery-code", {});
    const { recovery_code } = await made.json<{ recovery_code: string }>();
    const found = new TestBrowser();
    expect((await found.post("/account/recover", { recovery_code })).status).toBe(200);
    expect(await found.whoAmI()).toMatchObject({ account: { sub } });
  });

  it("is deleted whole", async () => {
    const { phone, stub } = await damagedPerson();
    expect((await phone.delete("/account", {})).status).toBe(204);
    expect(await storedRows(stub)).toEqual({});
  });

  it("is not open to anybody where its profile is damaged, and not created again", async () => {
    const { phone, authenticator, stub } = await damagedPerson();
    const damaged = await damage(stub, () => ({ profile: { createdAt: 1, name: [SECRET] } }));
    const answers = [await phone.get("/account"), await new TestBrowser().signIn(authenticator)];
    for (const answer of answers) {
      expect(await problemOf(answer)).toEqual([500, "internal_error"]);
    }
    expect(await storedRows(stub)).toMatchObject(damaged);
    expect(logged()).not.toContain(SECRET);
  });
});

describe("a login session whose row can't be read", () => {
  async function damagedSession() {
    const login = await TestScreen.begin();
    const scanToken = await login.scan();
    const code = await login.code();
    await login.approve(scanToken);
    const authorizationCode = (await login.snapshot()).code ?? "";
    const rows = await damage(login.stub, ({ session }) => ({
      session: { ...(session as object), claim: { phone: SECRET } },
    }));
    return { login, scanToken, code, authorizationCode, rows };
  }

  it("answers that the server has failed, whatever is asked, and changes nothing", async () => {
    const { login, scanToken, code, authorizationCode, rows } = await damagedSession();
    const path = `/sessions/${login.created.session_id}`;
    const { bearer: headers } = login;
    const answers = [
      await api(path, { headers }),
      await api(`${path}/events`, { headers }),
      await upgrade(login),
      await post(`${path}/cancel`, {}, headers),
      await post(`${path}/scan`, code),
      await post(`${path}/deny`, { scan_token: scanToken }),
      await redeem(authorizationCode),
    ];
    for (const answer of answers) {
      expect(await problemOf(answer)).toEqual([500, "internal_error"]);
    }
    expect(await storedRows(login.stub)).toEqual(rows);
    expect(logged()).toContain("A stored row can't be read (login session)");
    expect(logged()).not.toContain(SECRET);
  });

  it("is left as it is by its alarm, which comes again", async () => {
    const { login, rows } = await damagedSession();
    expect(await runDurableObjectAlarm(login.stub)).toBe(true);
    expect(await storedRows(login.stub)).toEqual(rows);
    const next = await runInDurableObject(login.stub, (_, { storage }) => storage.getAlarm());
    expect(next).toBeGreaterThan(Date.now());
    expect(logged()).toContain("A stored row can't be read (login session)");
    expect(logged()).not.toContain(SECRET);
  });
});

it("a device is polled on where it can't be read when it was polled before", async () => {
  const device = await beginDevice();
  await damage(objectOf(device), () => ({ polling: SECRET }));
  expect(await problemOf(await pollDevice(device.device_code))).toEqual([
    400,
    "authorization_pending",
  ]);
  expect(logged()).not.toContain(SECRET);
});

it("another key signs where the signing key can't be read", async () => {
  const stub = env.SIGNING_KEYS.get(env.SIGNING_KEYS.idFromName("a damaged key"));
  const kidOf = () =>
    runInDurableObject<SigningKeys, string>(
      stub,
      async (keys) => (await keys.signingKey()).key.kid,
    );
  const kid = await kidOf();
  const damaged = await damage(stub, (rows) => ({
    [kid]: { ...(rows[kid] as object), jwk: { kty: "EC", d: SECRET } },
  }));
  const other = await kidOf();
  expect(other).not.toBe(kid);
  expect(await kidOf()).toBe(other);
  expect(await storedRows(stub)).toMatchObject(damaged);
  expect(logged()).not.toContain(SECRET);
});

it("a used JWT stays used where it can't be read until when", async () => {
  const stub = env.REPLAYS.get(env.REPLAYS.idFromName("a damaged row"));
  await damage(stub, () => ({ jti: SECRET }));
  expect(await stub.use("jti", Date.now() + 1000)).toBe(false);
  await runInDurableObject(stub, (_, { storage }) => storage.setAlarm(Date.now() + 3600_000));
  await runDurableObjectAlarm(stub);
  expect(await storedRows(stub)).toEqual({ jti: SECRET });
});
