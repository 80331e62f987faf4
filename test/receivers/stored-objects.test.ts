import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { decodeJwt } from "jose";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { accountStub } from "../../src/accounts/account-stub.ts";
import { parseRecoveryCode } from "../../src/accounts/recovery/recovery-code.ts";
import { recoveryCodesFor } from "../../src/accounts/recovery/recovery-codes.ts";
import type { Delivery } from "../../src/lib/outbox/outbox.ts";
import type { TokenResponse } from "../../src/oidc/token/tokens.ts";
import { sessionStub } from "../../src/login-session/durable-object/session-stub.ts";
import type { Subscription } from "../../src/web-push/subscription.ts";
import { api, problemOf, redeem, type Begun } from "../support/api.ts";
import { Authenticator } from "../support/authenticator.ts";
import { Browser, ISSUER } from "../support/browser.ts";
import { pollDevice } from "../support/devices.ts";
import { Owner, PLACES, sendFrom, snapshotOf } from "../support/owner.ts";
import { historyOf, signIn } from "../support/person.ts";
import { Receiver } from "./receiver.ts";
import { letTimePass, restoreClock } from "../support/time.ts";
import { moveToNow, putRows, storedRows } from "../support/stored-rows.ts";
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

function phoneWith(cookie: string): Browser {
  const phone = new Browser((request) => sendFrom({ place: PLACES.berlin }, request));
  phone.cookies.set(PHONE_COOKIE, cookie);
  return phone;
}

const phone = () => phoneWith(ACCOUNT.phones.byPasskey);

const passkey = () => Authenticator.restore(ISSUER, ACCOUNT.authenticator);

async function owner(): Promise<Owner> {
  return Owner.holding(phone(), await passkey(), ACCOUNT.sub);
}

/** A session with its rows in its object, as its screen knows it. */
async function stored(session: StoredSession): Promise<Begun> {
  const { id, watchToken, qr } = session;
  const stub = sessionStub(env, id);
  if (!stub) throw new Error("the session has no object");
  await putRows(stub, moveToNow(session.rows));
  const created = { session_id: id, watch_token: watchToken, qr } as Begun["created"];
  return { created, stub, bearer: { Authorization: `Bearer ${watchToken}` } };
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
    "keeps a phone signed in that came in %s",
    async (how) => {
      expect(await phoneWith(ACCOUNT.phones[how]).whoAmI()).toMatchObject({
        signed_in: true,
        account: { sub: ACCOUNT.sub, name: "Ada" },
      });
    },
  );

  it("lets a phone in by its passkey", async () => {
    const another = new Browser();
    expect((await signIn(another, await passkey())).status).toBe(200);
    expect(await another.whoAmI()).toMatchObject({ account: { sub: ACCOUNT.sub } });
  });

  it("lets a phone in by its recovery code, once", async () => {
    const { locator = "" } = parseRecoveryCode(ACCOUNT.recoveryCode) ?? {};
    await putRows(recoveryCodesFor(env, locator), RECOVERY_CODE_ROWS);
    const recover = () =>
      new Browser().post("/account/recover", { recovery_code: ACCOUNT.recoveryCode });
    expect((await recover()).status).toBe(200);
    expect(await problemOf(await recover())).toEqual([403, "recovery_code_invalid"]);
  });

  it("shows its owner the passkeys, phones and screens, and all that happened", async () => {
    const list = async (path: string) => await (await phone().get(path)).json();
    expect(await list("/account/passkeys")).toMatchObject({
      passkeys: [{ name: "Passkey" }, { name: "Old phone" }],
      recovery_code: { made_at: expect.any(String) },
    });
    expect(await list("/account/phones")).toMatchObject({ phones: { length: 3 } });
    expect(await list("/account/devices")).toMatchObject({ devices: { length: 6 } });
    const history = await historyOf(phone());
    const count = (prefix: string) =>
      Object.keys(ACCOUNT.rows).filter((key) => key.startsWith(prefix)).length;
    expect(history.length).toBeGreaterThanOrEqual(count("event:") + count("login:"));
  });

  it("exchanges a refresh token for one of the new form, which rotates", async () => {
    const { sid, current } = ACCOUNT.logins.usedTwice;
    const first = await tokensOf(await refresh(current));
    expect(first.refresh_token.split(".")[0]).not.toBe(current.split(".")[0]);
    expect(await recordOf(sid)).toMatchObject({
      rowVersion: 2,
      refresh: { current: { serial: 1 } },
    });
    const second = await tokensOf(await refresh(first.refresh_token));
    expect(await recordOf(sid)).toMatchObject({ refresh: { current: { serial: 2 } } });
    expect(second.refresh_token).not.toBe(first.refresh_token);
    // Now the old one is spent.
    expect(await problemOf(await refresh(current))).toEqual([400, "invalid_grant"]);
    expect(await recordOf(sid)).toMatchObject({ status: "ended" });
  });

  it("has pop instead of hwk in the ID tokens of its logins (RFC 8176 §2) [ASVS-6.1.3/5]", async () => {
    const { id_token = "" } = await tokensOf(await refresh(ACCOUNT.logins.usedTwice.current));
    expect(decodeJwt(id_token)["amr"]).toEqual(["pop", "user", "mfa"]);
  });

  it("ends a login when a refresh token comes that was used in version 0.1.0", async () => {
    const { sid, used, current } = ACCOUNT.logins.usedOnce;
    expect(await problemOf(await refresh(used[0] ?? ""))).toEqual([400, "invalid_grant"]);
    expect(await recordOf(sid)).toMatchObject({ status: "ended", endedBy: "server" });
    expect(await problemOf(await refresh(current))).toEqual([400, "invalid_grant"]);
  });
});

describe("a session of version 0.1.0", () => {
  it("that is pending is scanned, approved and redeemed", async () => {
    const login = await stored(SESSIONS.pending);
    const ada = await owner();
    const { scan_token } = await ada.scans(login, Date.now() - (await createdAt(login)));
    expect((await ada.approves(login, scan_token)).status).toBe(200);
    const { code = "" } = await snapshotOf(login);
    expect(await tokensOf(await redeem(code))).toMatchObject({ token_type: "Bearer" });
  });

  it("that is scanned is approved by the phone that scanned it, and redeemed", async () => {
    const login = await stored(SESSIONS.scanned);
    expect((await (await owner()).approves(login, SESSIONS.scanned.scanToken)).status).toBe(200);
    const { code = "" } = await snapshotOf(login);
    expect(await tokensOf(await redeem(code))).toMatchObject({ token_type: "Bearer" });
  });

  it("that is scanned from far away still demands what it demanded", async () => {
    const login = await stored(SESSIONS.scannedRisky);
    const { scanToken } = SESSIONS.scannedRisky;
    const ada = await owner();
    const answer = await ada.sends(login, "approve", { scan_token: scanToken });
    expect(answer.status).toBe(403);
    expect((await ada.approves(login, scanToken)).status).toBe(200);
  });

  it("that is approved is redeemed by its code, once", async () => {
    const login = await stored(SESSIONS.approved);
    const { code, id } = SESSIONS.approved;
    expect((await snapshotOf(login)).code).toBe(code);
    const tokens = await tokensOf(await redeem(code));
    await tokensOf(await refresh(tokens.refresh_token));
    expect(await recordOf(id)).toMatchObject({ status: "active" });
  });

  it("that is redeemed refuses its code, and leaves the login, whose code it can't check", async () => {
    const login = await stored(SESSIONS.redeemed);
    const { code, id } = SESSIONS.redeemed;
    expect(await snapshotOf(login)).toMatchObject({ status: "redeemed" });
    expect(await problemOf(await redeem(code))).toEqual([400, "invalid_grant"]);
    expect(await recordOf(id)).toMatchObject({ status: "active" });
  });

  it.each([
    ["denied", SESSIONS.denied, "denied"],
    ["cancelled", SESSIONS.cancelledScanned, "cancelled"],
  ] as const)("that was %s says so", async (_, session, status) => {
    expect(await snapshotOf(await stored(session))).toMatchObject({ status });
  });

  it("of a device that polled too fast is polled on, typed, approved and redeemed", async () => {
    const login = await stored(SESSIONS.device);
    const { code } = SESSIONS.device;
    expect(await problemOf(await pollDevice(code))).toEqual([400, "slow_down"]);
    const ada = await owner();
    using scanned = await login.stub.scan("user_code", {});
    if (!scanned.ok) throw new Error(JSON.stringify(scanned.error));
    expect((await ada.approves(login, scanned.value.scan_token)).status).toBe(200);
    expect(await tokensOf(await pollDevice(code))).toMatchObject({ token_type: "Bearer" });
  });

  it("of a device that is approved is redeemed by its device code", async () => {
    await stored(SESSIONS.deviceApproved);
    const tokens = await tokensOf(await pollDevice(SESSIONS.deviceApproved.code));
    expect(tokens.refresh_token).toBeDefined();
  });
});

describe("an outbox of version 0.1.0", () => {
  it("delivers the callback of a session", async () => {
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

  it("delivers the logout of an account", async () => {
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

  it("delivers the notices of an account", async () => {
    const receiver = new Receiver(ACCOUNT.pushService.name);
    await receiver.behave({ status: 201 });
    await putRows(account(), atReceivers(moveToNow(ACCOUNT.rows)));
    const deliveries = waiting(await storedRows(account()), "notices");
    await tryAgain(account(), Math.max(...deliveries.map(({ nextTryAt }) => nextTryAt)));
    expect(await receiver.got(deliveries.length)).toHaveLength(deliveries.length);
    await expect.poll(() => storedRows(account())).not.toHaveProperty("notices");
  });
});

/** The deliveries of an outbox: at least one. */
function waiting(rows: Record<string, unknown>, key: string) {
  return rows[key] as [Delivery<unknown>, ...Delivery<unknown>[]];
}

/** Lets the object's alarm come when the next try is due. */
async function tryAgain(stub: DurableObjectStub, nextTryAt: number): Promise<void> {
  // It doesn't come by itself meanwhile.
  await runInDurableObject(stub, (_, { storage }) => storage.setAlarm(Date.now() + 3600_000));
  await letTimePass(stub, nextTryAt);
}

/** The subscriptions of the phones, at the server that receives the notices of these tests. */
function atReceivers(rows: StoredRows): StoredRows {
  const move = (key: string, row: unknown) =>
    key.startsWith("push:")
      ? { ...(row as Subscription), endpoint: new Receiver(ACCOUNT.pushService.name).address }
      : row;
  return Object.fromEntries(Object.entries(rows).map(([key, row]) => [key, move(key, row)]));
}

/** A camera reads the code that the screen shows now. */
async function createdAt({ stub }: Begun): Promise<number> {
  const { session } = (await storedRows(stub)) as { session: { createdAt: number } };
  return session.createdAt;
}
