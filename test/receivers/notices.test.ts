import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { IDLE_TTL } from "../../src/accounts/phone-sessions/phone-session.ts";
import { accountStub } from "../../src/accounts/account-stub.ts";
import type { AuditEvent } from "../../src/accounts/audit-log/audit-event.ts";
import { MAX_EXTERNAL_PER_HOUR } from "../../src/accounts/audit-log/audit-log-policy.ts";
import {
  MAX_WAITING,
  MAX_WAITING_OF_ROOT,
} from "../../src/accounts/notifications/push-notifications.ts";
import type { Outbox } from "../../src/lib/outbox/outbox.ts";
import type { Snapshot } from "../../src/protocol/snapshot.ts";
import { api, redeem } from "../support/api.ts";
import { linkedPhone } from "../support/linked-phone.ts";
import type { TestBrowser } from "../support/test-browser.ts";
import { TestPhone } from "../support/test-phone.ts";
import { TestScreen } from "../support/test-screen.ts";
import type { Subscription } from "../../src/web-push/subscription.ts";
import { letTimePass, restoreClock, setClock } from "../support/time.ts";
import { ToldPhone } from "./notified-phone.ts";

const warnings = vi.spyOn(console, "warn").mockImplementation(() => undefined);

beforeEach(() => warnings.mockClear());
afterEach(restoreClock);

const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/** Approves a login. */
async function logIn(
  phone: TestBrowser,
  userAgent = FIREFOX,
): Promise<{ sid: string; code: string }> {
  const login = await TestScreen.begin({}, { headers: { "User-Agent": userAgent } });
  const path = `/sessions/${login.created.session_id}`;
  const scan_token = await login.scan();
  const approved = await phone.post(`${path}/approve`, { scan_token });
  if (approved.status !== 200) throw new Error(`not approved: ${await approved.text()}`);
  const { code = "" } = await (await api(path, { headers: login.bearer })).json<Snapshot>();
  if ((await redeem(code)).status !== 200) throw new Error("not redeemed");
  return { sid: login.created.session_id, code };
}

/** An account with two phones; the second has notifications. */
async function twoPhones() {
  const phone = await TestPhone.signUp();
  const second = await phone.secondPhone();
  return { phone, sub: phone.sub, second, told: await ToldPhone.turnOn(second) };
}

const outboxOf = (sub: string): Promise<Outbox<unknown>> =>
  runInDurableObject(
    accountStub(env, sub),
    (_, { storage }) => storage.kv.get<Outbox<unknown>>("notices") ?? [],
  );

const settled = (sub: string) => expect.poll(() => outboxOf(sub)).toEqual([]);

const isOn = async (phone: TestBrowser) =>
  (await (await phone.get("/account/notices")).json<{ on: boolean }>()).on;

describe("the notification of a new login", () => {
  it("sends an encrypted notification to the account's other phones", async () => {
    const { phone, sub, told } = await twoPhones();
    const third = await phone.secondPhone();
    const german = await ToldPhone.turnOn(third, "de");
    const { sid } = await logIn(phone);
    const [message] = await told.service.got(1);
    if (!message) throw new Error("no message");
    expect(message.method).toBe("POST");
    expect(message.headers).toMatchObject({
      "content-encoding": "aes128gcm",
      ttl: expect.stringMatching(/^[1-9]\d*$/),
      urgency: "high",
      topic: expect.stringMatching(/^[\w-]{32}$/),
    });
    expect(await told.read(message)).toEqual({
      v: 1,
      type: "device_linked",
      language: "en",
      client_name: "Screen",
      browser: "Firefox 140",
      system: "Linux",
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      sid,
    });
    const [other] = await german.service.got(1);
    if (!other) throw new Error("no other message");
    expect(await german.read(other)).toMatchObject({ language: "de", sid });
    await settled(sub);
  });

  it("includes no text of the screen's User-Agent header", async () => {
    const { phone, told } = await twoPhones();
    await logIn(phone, "Your own laptop, checked by S support/1 x");
    const [message] = await told.service.got(1);
    if (!message) throw new Error("no message");
    const notice = await told.read(message);
    expect(notice).toMatchObject({ type: "device_linked" });
    expect(JSON.stringify(notice)).not.toContain("laptop");
  });

  it("notifies neither the approving phone nor another account", async () => {
    const { second, sub, told } = await twoPhones();
    const stranger = await ToldPhone.turnOn(await TestPhone.signUp());
    await logIn(second);
    expect(await outboxOf(sub)).toEqual([]);
    expect(await told.service.got(0)).toEqual([]);
    expect(await stranger.service.got(0)).toEqual([]);
  });

  it("notifies a phone once after it subscribed again", async () => {
    const { phone, second, sub, told } = await twoPhones();
    const anew = await ToldPhone.turnOn(second);
    await logIn(phone);
    await anew.service.got(1);
    await settled(sub);
    expect(await told.service.got(0)).toEqual([]);
  });

  it.each([
    ["turned its notices off", (phone: TestBrowser) => phone.delete("/account/notices")],
    ["signed out", (phone: TestBrowser) => phone.post("/account/sign-out", {})],
    [
      "signed in to another account",
      async (phone: TestBrowser) => {
        const stranger = await TestPhone.signUp();
        const response = await stranger.authenticator.get(await phone.signInOptions());
        return await phone.post("/account/sign-in", { response });
      },
    ],
  ])("does not notify a phone that %s", async (_, act) => {
    const { phone, second, sub, told } = await twoPhones();
    expect((await act(second)).ok).toBe(true);
    await logIn(phone);
    expect(await outboxOf(sub)).toEqual([]);
    expect(await told.service.got(0)).toEqual([]);
  });

  it("does not notify a phone whose session expired", async () => {
    const { phone, sub, told } = await twoPhones();
    const start = Date.now();
    for (const part of [0.5, 1]) {
      setClock(start + part * IDLE_TTL);
      expect(await phone.whoAmI()).toMatchObject({ signed_in: true });
    }
    await logIn(phone);
    expect(await outboxOf(sub)).toEqual([]);
    expect(await told.service.got(0)).toEqual([]);
  });
});

describe("events that all phones are notified of", () => {
  it("notifies all phones of a used link code", async () => {
    const { phone, sub, told } = await twoPhones();
    const first = await ToldPhone.turnOn(phone);
    const { code, sid } = await logIn(phone);
    await told.service.got(1);
    setClock(Date.now() + 60_000);
    expect((await redeem(code)).status).toBe(400);
    const [, attack] = await told.service.got(2);
    const [own] = await first.service.got(1);
    if (!attack || !own) throw new Error("not told");
    expect(await told.read(attack)).toMatchObject({ type: "attack", client_name: "Screen", sid });
    expect(await first.read(own)).toMatchObject({ type: "attack", sid });
    await settled(sub);
  });

  it("notifies of refused logins and not of the phone's own actions", async () => {
    const { phone, sub, told } = await twoPhones();
    const account = accountStub(env, sub);
    await account.appendAuditEvent({ type: "login_declined", clientId: "screen" });
    await account.appendAuditEvent({ type: "passkey_renamed", name: "Mine" });
    expect(await outboxOf(sub)).toEqual([]);
    const about = { clientId: "screen", sid: "refused", city: "Graz", country: "AT" };
    await account.appendAuditEvent({
      type: "login_refused",
      reasons: [{ code: "far_apart" }],
      ...about,
    });
    const [message] = await told.service.got(1);
    if (!message) throw new Error("not told");
    expect(await told.read(message)).toEqual({
      v: 1,
      type: "login_refused",
      language: "en",
      client_name: "Screen",
      sid: "refused",
      city: "Graz",
      country: "AT",
      at: expect.any(String),
    });
    expect((await phone.get("/account")).status).toBe(200);
    await settled(sub);
  });

  it("limits notifications that strangers can cause", async () => {
    const { sub, told } = await twoPhones();
    const account = accountStub(env, sub);
    for (let i = 0; i < MAX_EXTERNAL_PER_HOUR + 5; i++)
      await account.appendAuditEvent({ type: "match_wrong" });
    await told.service.got(MAX_EXTERNAL_PER_HOUR);
    await settled(sub);
    expect(await told.service.got(0)).toHaveLength(MAX_EXTERNAL_PER_HOUR);
  });
});

describe("failing push services", () => {
  it.each([404, 410])(
    "deletes the subscription when the push service answers %i",
    async (status) => {
      const { phone, second, sub, told } = await twoPhones();
      await told.service.behave({ status });
      await logIn(phone);
      await told.service.got(1);
      await settled(sub);
      expect(await isOn(second)).toBe(false);
      await logIn(phone);
      expect(await told.service.got(0)).toHaveLength(1);
    },
  );

  it.each([
    ["answers 429", { status: 429 }],
    ["answers 503", { status: 503 }],
    ["is down", { hangsUp: true }],
  ])("retries a push service that %s after an eviction", async (_, behaviour) => {
    const { phone, second, sub, told } = await twoPhones();
    await told.service.behave(behaviour);
    await logIn(phone);
    const [first] = await told.service.got(1);
    await expect.poll(() => warnings.mock.calls.length).toBe(1);
    await evictDurableObject(accountStub(env, sub));
    await told.service.behave({ status: 201 });
    const [waiting] = await outboxOf(sub);
    if (!waiting) throw new Error("nothing waits");
    await letTimePass(accountStub(env, sub), waiting.nextTryAt);
    const [, again] = await told.service.got(2);
    if (!first || !again) throw new Error("not tried again");
    await settled(sub);
    expect(await told.read(again)).toEqual(await told.read(first));
    expect(again.headers["topic"]).toBe(first.headers["topic"]);
    expect(again.bytes).not.toBe(first.bytes);
    expect(await isOn(second)).toBe(true);
  });

  it("does not retry a refused message and keeps the subscription", async () => {
    const { phone, second, sub, told } = await twoPhones();
    await told.service.behave({ status: 413 });
    await logIn(phone);
    await told.service.got(1);
    await settled(sub);
    expect(await isOn(second)).toBe(true);
  });

  it("gives up after an hour on a push service that does not answer", async () => {
    const errors = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const { phone, sub, told } = await twoPhones();
    await told.service.behave({ hangsUp: true });
    await logIn(phone);
    await told.service.got(1);
    const [waiting] = await outboxOf(sub);
    if (!waiting) throw new Error("nothing waits");
    expect(waiting.giveUpAt - Date.now()).toBeLessThanOrEqual(3_600_000);
    await letTimePass(accountStub(env, sub), waiting.giveUpAt);
    expect(await outboxOf(sub)).toEqual([]);
    expect(errors.mock.calls.map(([line]) => String(line))).toEqual([
      expect.stringMatching(/was given up\.$/),
    ]);
    errors.mockRestore();
  });

  it("limits the messages that wait for a push service", async () => {
    const { sub, told } = await twoPhones();
    await told.service.behave({ status: 503 });
    const grant = {
      clientId: "screen",
      scope: "openid",
      account: { sub },
      approvedAt: 0,
      screen: {},
    };
    for (let i = 0; i < MAX_WAITING + 5; i++) {
      const login = { grant: { ...grant, sessionId: `login-${i}` }, expiresAt: Date.now() + 1e7 };
      using begun = await accountStub(env, sub).beginLogin(login);
      expect(begun.ok).toBe(true);
    }
    expect(await outboxOf(sub)).toHaveLength(MAX_WAITING);
  });

  it("sends nothing to a push service that is no longer configured", async () => {
    const { phone, sub, told } = await twoPhones();
    await runInDurableObject(accountStub(env, sub), (_, { storage }) => {
      for (const [key, kept] of storage.kv.list<object>({ prefix: "push:" })) {
        const elsewhere = told.service.address.replace("127.0.0.1", "localhost");
        storage.kv.put(key, { ...kept, endpoint: elsewhere });
      }
    });
    await logIn(phone);
    await settled(sub);
    expect(await told.service.got(0)).toEqual([]);
  });
});

/** Events that strangers can cause and phones are notified of. */
const NOISE: AuditEvent[] = [
  { type: "match_wrong" },
  { type: "login_refused", reasons: [] },
  { type: "attack", what: "code_reused" },
  { type: "attack", what: "refresh_token_reused" },
  { type: "attack", what: "assertion_of_another_request" },
  { type: "attack", what: "assertion_of_another_account" },
];

describe("an unconfirmed phone", () => {
  /** An account with two phones that have notifications, and a stranger's linked phone. */
  async function attacked() {
    const account = await twoPhones();
    const first = await ToldPhone.turnOn(account.phone);
    const thief = await linkedPhone(account.sub);
    await account.told.service.got(1);
    await first.service.got(1);
    await settled(account.sub);
    return { ...account, first, thief };
  }

  it("delivers the owner's notifications although an unconfirmed phone's endpoint fails [QR-LOGIN-19/2]", async () => {
    const { phone, sub, told, thief } = await attacked();
    const dead = await ToldPhone.turnOn(thief);
    await dead.service.behave({ status: 503 });
    const account = accountStub(env, sub);
    let noise = 1;
    for (const event of NOISE) {
      for (let i = 0; i < MAX_EXTERNAL_PER_HOUR; i++) await account.appendAuditEvent(event);
      noise += MAX_EXTERNAL_PER_HOUR;
      await told.service.got(noise);
    }
    for (let i = 0; i < 5; i++) await logIn(phone);
    const messages = await told.service.got(noise + 5);
    const types = await Promise.all(messages.slice(noise).map((message) => told.read(message)));
    expect(types).toEqual(Array(5).fill(expect.objectContaining({ type: "device_linked" })));
  });

  it("leaves the owner's waiting messages when an unconfirmed phone logs in often", async () => {
    const { sub, phone, told, thief } = await attacked();
    await told.service.behave({ status: 503 });
    for (let i = 0; i < MAX_WAITING + 2; i++) await logIn(thief);
    const sids: string[] = [];
    for (let i = 0; i < MAX_WAITING; i++) sids.push((await logIn(phone)).sid);
    const waiting = await outboxOf(sub);
    for (const sid of sids) {
      expect(waiting.filter(({ message }) => isAbout(message, sid))).toHaveLength(1);
    }
    expect(waiting.length).toBeLessThanOrEqual(2 * MAX_WAITING_OF_ROOT + MAX_WAITING);
  });

  it("keeps the endpoint of the owner's phone when another phone subscribes it", async () => {
    const { sub, second, told, thief } = await attacked();
    const { endpoint, keys } = await subscriptionOf(sub, told.service.address);
    const taken = await thief.post("/account/notices", { endpoint, keys, language: "en" });
    expect(taken.status).toBe(204);
    expect(await isOn(second)).toBe(true);
    await thief.delete("/account/notices");
    expect(await isOn(second)).toBe(true);
  });
});

const isAbout = (message: unknown, sid: string) =>
  typeof message === "object" &&
  message !== null &&
  "about" in message &&
  JSON.stringify(message.about).includes(sid);

async function subscriptionOf(sub: string, address: string): Promise<Subscription> {
  return await runInDurableObject(accountStub(env, sub), (_, { storage }) => {
    const known = Array.from(storage.kv.list<Subscription>({ prefix: "push:" }), ([, row]) => row);
    const found = known.find(({ endpoint }) => endpoint === address);
    if (!found) throw new Error("nobody has that address");
    return found;
  });
}
