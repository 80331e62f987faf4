import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { decodeJwt } from "jose";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { accountStub } from "../../src/accounts/account-stub.ts";
import { parseRecoveryCode } from "../../src/accounts/recovery/recovery-code.ts";
import { recoveryCodesFor } from "../../src/accounts/recovery/recovery-codes.ts";
import type { Delivery } from "../../src/lib/outbox/outbox.ts";
import type { TokenResponse } from "../../src/oidc/token/tokens.ts";
import type { Subscription } from "../../src/web-push/subscription.ts";
import { api, ISSUER, PLACES, problemOf, redeem, sendFrom } from "../support/api.ts";
import { TestBrowser } from "../support/test-browser.ts";
import { TestPhone } from "../support/test-phone.ts";
import { TestScreen } from "../support/test-screen.ts";
import { Authenticator } from "../support/authenticator.ts";
import { pollDevice } from "../support/devices.ts";
import { Receiver } from "./receiver.ts";
import { letTimePass, restoreClock } from "../support/time.ts";
import { moveToNow, putRows, storedRows } from "../storage/stored-rows.ts";
import {
  ACCOUNT,
  ACCOUNT_OF_ISSUER,
  RECOVERY_CODE_ROWS,
  SESSIONS,
  type StoredRows,
  type StoredSession,
} from "../storage/fixtures/version-0.1.0-person.ts";

/**
 * An account and sessions whose rows version 0.1.0 has stored, used by the running Worker. The runtime knows the ids of
 * the sessions in this project of vitest.config.ts, since they were made in it.
 */

const PHONE_COOKIE = "__Host-phone";

const account = () => accountStub(env, ACCOUNT.sub);

function phoneWith(cookie: string): TestBrowser {
  const phone = new TestBrowser((request) => sendFrom({ place: PLACES.berlin }, request));
  phone.cookies.set(PHONE_COOKIE, cookie);
  return phone;
}

const phone = () => phoneWith(ACCOUNT.phones.byPasskey);

const passkey = () => Authenticator.restore(ISSUER, ACCOUNT.authenticator);

async function owner(): Promise<TestPhone> {
  return TestPhone.of(phone(), await passkey(), ACCOUNT.sub);
}

/** Stores the rows of a session. Returns its screen. */
async function stored(session: StoredSession): Promise<TestScreen> {
  const { id, watchToken, qr } = session;
  const created = { session_id: id, watch_token: watchToken, qr } as TestScreen["created"];
  const screen = new TestScreen(created);
  await putRows(screen.stub, moveToNow(session.rows));
  return screen;
}

function refresh(refresh_token: string): Promise<Response> {
  const form = { grant_type: "refresh_token", refresh_token, client_id: "screen" };
  return api("/token", { method: "POST", body: new URLSearchParams(form) });
}

async function tokensOf(answer: Response): Promise<TokenResponse & { refresh_token: string }> {
  expect(answer.status).toBe(200);
  return await answer.json();
}

const recordOf = async (sid: string) => (await storedRows(account()))[`login:${sid}`];

beforeEach(() => putRows(account(), moveToNow(ACCOUNT.rows)));
afterEach(restoreClock);

describe("an account of version 0.1.0", () => {
  it.each(["byPasskey", "byLink", "byRecoveryCode"] as const)(
    "keeps a phone of version 0.1.0 signed in: %s",
    async (how) => {
      expect(await phoneWith(ACCOUNT.phones[how]).whoAmI()).toMatchObject({
        signed_in: true,
        account: { sub: ACCOUNT.sub, name: "Ada" },
      });
    },
  );

  it("signs a phone in by its passkey", async () => {
    const another = new TestBrowser();
    expect((await another.signIn(await passkey())).status).toBe(200);
    expect(await another.whoAmI()).toMatchObject({ account: { sub: ACCOUNT.sub } });
  });

  it("signs a phone in by its recovery code once", async () => {
    const { locator = "" } = parseRecoveryCode(ACCOUNT.recoveryCode) ?? {};
    await putRows(recoveryCodesFor(env, locator), RECOVERY_CODE_ROWS);
    const recover = () =>
      new TestBrowser().post("/account/recover", { recovery_code: ACCOUNT.recoveryCode });
    expect((await recover()).status).toBe(200);
    expect(await problemOf(await recover())).toEqual([403, "recovery_code_invalid"]);
  });

  it("shows the passkeys, phones, logins and history", async () => {
    const list = async (path: string) => await (await phone().get(path)).json();
    expect(await list("/account/passkeys")).toMatchObject({
      passkeys: [{ name: "Passkey" }, { name: "Old phone" }],
      recovery_code: { made_at: expect.any(String) },
    });
    expect(await list("/account/phones")).toMatchObject({ phones: { length: 3 } });
    expect(await list("/account/devices")).toMatchObject({ devices: { length: 6 } });
    const history = await phone().history();
    const count = (prefix: string) =>
      Object.keys(ACCOUNT.rows).filter((key) => key.startsWith(prefix)).length;
    expect(history.length).toBeGreaterThanOrEqual(count("event:") + count("login:"));
  });

  it("exchanges a refresh token for one in the new format", async () => {
    const { sid, current } = ACCOUNT.logins.usedTwice;
    const first = await tokensOf(await refresh(current));
    expect(first.refresh_token.split(".")[0]).not.toBe(current.split(".")[0]);
    expect(await recordOf(sid)).toMatchObject({
      rowVersion: 1,
      refresh: { current: { serial: 1 } },
    });
    const second = await tokensOf(await refresh(first.refresh_token));
    expect(await recordOf(sid)).toMatchObject({ refresh: { current: { serial: 2 } } });
    expect(second.refresh_token).not.toBe(first.refresh_token);
    // The old token is now spent.
    expect(await problemOf(await refresh(current))).toEqual([400, "invalid_grant"]);
    expect(await recordOf(sid)).toMatchObject({ status: "ended" });
  });

  it("ends a login when a refresh token is reused that was spent in version 0.1.0", async () => {
    const { sid, used, current } = ACCOUNT.logins.usedOnce;
    expect(await problemOf(await refresh(used[0] ?? ""))).toEqual([400, "invalid_grant"]);
    expect(await recordOf(sid)).toMatchObject({ status: "ended", endedBy: "server" });
    expect(await problemOf(await refresh(current))).toEqual([400, "invalid_grant"]);
  });
});

describe("a session of version 0.1.0", () => {
  it("scans, approves and redeems a pending session of version 0.1.0", async () => {
    const login = await stored(SESSIONS.pending);
    const ada = await owner();
    const { scan_token } = await ada.scan(login, Date.now() - (await createdAt(login)));
    expect((await ada.approve(login, scan_token)).status).toBe(200);
    const { code = "" } = await login.snapshot();
    expect(await tokensOf(await redeem(code))).toMatchObject({ token_type: "Bearer" });
  });

  it("approves and redeems a scanned session of version 0.1.0", async () => {
    const login = await stored(SESSIONS.scanned);
    expect((await (await owner()).approve(login, SESSIONS.scanned.scanToken)).status).toBe(200);
    const { code = "" } = await login.snapshot();
    expect(await tokensOf(await redeem(code))).toMatchObject({ token_type: "Bearer" });
  });

  it("keeps the requirements of a scanned session of version 0.1.0", async () => {
    const login = await stored(SESSIONS.scannedRisky);
    const { scanToken } = SESSIONS.scannedRisky;
    const ada = await owner();
    const answer = await ada.send(login, "approve", { scan_token: scanToken });
    expect(answer.status).toBe(403);
    expect((await ada.approve(login, scanToken)).status).toBe(200);
  });

  it("redeems an approved session of version 0.1.0 once", async () => {
    const login = await stored(SESSIONS.approved);
    const { code, id } = SESSIONS.approved;
    expect((await login.snapshot()).code).toBe(code);
    const tokens = await tokensOf(await redeem(code));
    await tokensOf(await refresh(tokens.refresh_token));
    expect(await recordOf(id)).toMatchObject({ status: "active" });
  });

  it("rejects the code of a redeemed session of version 0.1.0 and keeps the login", async () => {
    const login = await stored(SESSIONS.redeemed);
    const { code, id } = SESSIONS.redeemed;
    expect(await login.snapshot()).toMatchObject({ status: "redeemed" });
    expect(await problemOf(await redeem(code))).toEqual([400, "invalid_grant"]);
    expect(await recordOf(id)).toMatchObject({ status: "active" });
  });

  it.each([
    ["denied", SESSIONS.denied, "denied"],
    ["cancelled", SESSIONS.cancelledScanned, "cancelled"],
  ] as const)(
    "shows the end of a session of version 0.1.0 that was %s",
    async (_, session, status) => {
      expect(await (await stored(session)).snapshot()).toMatchObject({ status });
    },
  );

  it("continues a device session of version 0.1.0 that polled too fast", async () => {
    const login = await stored(SESSIONS.device);
    const { code } = SESSIONS.device;
    expect(await problemOf(await pollDevice(code))).toEqual([400, "slow_down"]);
    const ada = await owner();
    using scanned = await login.stub.scan("user_code", {});
    if (!scanned.ok) throw new Error(JSON.stringify(scanned.error));
    expect((await ada.approve(login, scanned.value.scan_token)).status).toBe(200);
    expect(await tokensOf(await pollDevice(code))).toMatchObject({ token_type: "Bearer" });
  });

  it("redeems an approved device session of version 0.1.0", async () => {
    await stored(SESSIONS.deviceApproved);
    const tokens = await tokensOf(await pollDevice(SESSIONS.deviceApproved.code));
    expect(tokens.refresh_token).toBeDefined();
  });
});

describe("an outbox of version 0.1.0", () => {
  it("delivers a session callback stored by version 0.1.0", async () => {
    const receiver = new Receiver("callback-57");
    await receiver.behave({ status: 202 });
    const login = await stored(SESSIONS.callback);
    const [delivery] = waiting(await storedRows(login.stub), "outbox");
    await tryAgain(login.stub, delivery.nextTryAt);
    const [message] = await receiver.got(1);
    expect(decodeJwt(message?.body ?? "")).toMatchObject({
      jti: delivery.id,
      aud: "callback-57",
      events: { "urn:qr-login:event:login-session": { status: "approved" } },
    });
    await expect.poll(() => storedRows(login.stub)).not.toHaveProperty("outbox");
  });

  it("delivers a logout token stored by version 0.1.0", async () => {
    const receiver = new Receiver("logout-57");
    await receiver.behave({ status: 200 });
    const { sub, sid, rows } = ACCOUNT_OF_ISSUER;
    const stub = accountStub(env, sub);
    await putRows(stub, moveToNow(rows));
    const [delivery] = waiting(await storedRows(stub), "outbox");
    await tryAgain(stub, delivery.nextTryAt);
    const [message] = await receiver.got(1);
    const logout = decodeJwt(new URLSearchParams(message?.body).get("logout_token") ?? "");
    expect(logout).toMatchObject({ jti: delivery.id, aud: "logout-57", sub, sid });
    await expect.poll(() => storedRows(stub)).not.toHaveProperty("outbox");
  });

  it("delivers notifications stored by version 0.1.0", async () => {
    const receiver = new Receiver(ACCOUNT.pushService.name);
    await receiver.behave({ status: 201 });
    await putRows(account(), atReceivers(moveToNow(ACCOUNT.rows)));
    const deliveries = waiting(await storedRows(account()), "notices");
    await tryAgain(account(), Math.max(...deliveries.map(({ nextTryAt }) => nextTryAt)));
    expect(await receiver.got(deliveries.length)).toHaveLength(deliveries.length);
    await expect.poll(() => storedRows(account())).not.toHaveProperty("notices");
  });
});

/** The deliveries of a non-empty outbox. */
function waiting(rows: Record<string, unknown>, key: string) {
  return rows[key] as [Delivery<unknown>, ...Delivery<unknown>[]];
}

/** Runs the alarm when the next retry is due. */
async function tryAgain(stub: DurableObjectStub, nextTryAt: number): Promise<void> {
  // The real alarm is not due.
  await runInDurableObject(stub, (_, { storage }) => storage.setAlarm(Date.now() + 3600_000));
  await letTimePass(stub, nextTryAt);
}

/** The push subscriptions, at the receiver server of the tests. */
function atReceivers(rows: StoredRows): StoredRows {
  const move = (key: string, row: unknown) =>
    key.startsWith("push:")
      ? { ...(row as Subscription), endpoint: new Receiver(ACCOUNT.pushService.name).address }
      : row;
  return Object.fromEntries(Object.entries(rows).map(([key, row]) => [key, move(key, row)]));
}

/** The code that the screen shows now. */
async function createdAt({ stub }: TestScreen): Promise<number> {
  const { session } = (await storedRows(stub)) as { session: { createdAt: number } };
  return session.createdAt;
}
