import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import {
  createLocalJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  jwtVerify,
  type JSONWebKeySet,
} from "jose";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { LoginEvent } from "../../src/oidc/backchannel/security-event.ts";
import type { Outbox } from "../../src/lib/outbox/outbox.ts";
import type { Snapshot } from "../../src/protocol/snapshot.ts";
import { api, ISSUER, redeem } from "../support/api.ts";
import { TestScreen } from "../support/test-screen.ts";
import type { ReceivedMessage } from "./receiver-behaviour.ts";
import { Receiver } from "./receiver.ts";
import { letTimePass, restoreClock } from "../support/time.ts";
import { websocket } from "../support/watchers.ts";

const EVENT = "urn:qr-login:event:login-session";

/** The warnings for the operator. */
const warnings = vi.spyOn(console, "warn").mockImplementation(() => undefined);
const errors = vi.spyOn(console, "error").mockImplementation(() => undefined);

beforeEach(() => {
  warnings.mockClear();
  errors.mockClear();
});
afterEach(restoreClock);

let clients = 0;

/** A new client and a login of it. */
async function told(): Promise<{ receiver: Receiver; login: TestScreen }> {
  const receiver = new Receiver(`callback-${++clients}`);
  return { receiver, login: await TestScreen.begin({ client_id: receiver.clientId }) };
}

/** The verified event of a callback. */
async function verified({ body }: ReceivedMessage, clientId: string) {
  const jwks = await (await api("/.well-known/jwks.json")).json<JSONWebKeySet>();
  const { payload } = await jwtVerify<{ events: Record<string, unknown> }>(
    body,
    createLocalJWKSet(jwks),
    { issuer: ISSUER, audience: clientId, typ: "secevent+jwt", algorithms: ["ES256"] },
  );
  return payload;
}

const eventsOf = async (messages: ReceivedMessage[], clientId: string) =>
  Promise.all(messages.map(async (message) => (await verified(message, clientId)).events[EVENT]));

const outboxOf = (login: TestScreen): Promise<Outbox<LoginEvent>> =>
  runInDurableObject(
    login.stub,
    (_, { storage }) => storage.kv.get<Outbox<LoginEvent>>("outbox") ?? [],
  );

/** The rows of the session and its alarm. */
const storedBy = ({ stub }: TestScreen) =>
  runInDurableObject(stub, async (_, { storage }) => ({
    rows: Array.from(storage.kv.list(), ([key]) => key),
    alarm: await storage.getAlarm(),
  }));

const NOTHING = { rows: [], alarm: null };

/** Waits until no delivery is pending. */
const settled = (login: TestScreen) => expect.poll(() => outboxOf(login)).toEqual([]);

/** Runs the next retry. */
async function tryAgain(login: TestScreen): Promise<void> {
  const [delivery] = await outboxOf(login);
  if (!delivery) throw new Error("nothing waits");
  await letTimePass(login.stub, delivery.nextTryAt);
}

const codeOf = async (login: TestScreen): Promise<string> => {
  const path = `/sessions/${login.created.session_id}`;
  const { code } = await (await api(path, { headers: login.bearer })).json<Snapshot>();
  if (code === undefined) throw new Error("no code");
  return code;
};

describe("a client with a callback_uri", () => {
  it("sends signed events of approval and redemption without the code", async () => {
    const { receiver, login } = await told();
    await login.approve(await login.scan());
    const code = await codeOf(login);
    await redeem(code, { client_id: receiver.clientId });
    const messages = await receiver.got(2);
    await settled(login);

    const { session_id } = login.created;
    expect(await eventsOf(messages, receiver.clientId)).toEqual(
      expect.arrayContaining([
        { session_id, status: "approved", version: 3 },
        { session_id, status: "redeemed", version: 4 },
      ]),
    );
    const [message] = messages;
    if (!message) throw new Error("no message");
    expect(message.method).toBe("POST");
    expect(message.headers).toMatchObject({
      "content-type": "application/secevent+jwt",
      accept: "application/json",
    });
    expect(Object.keys(message.headers)).not.toContain("cookie");
    const payload = await verified(message, receiver.clientId);
    expect(Object.keys(payload).toSorted()).toEqual(
      ["aud", "events", "iat", "iss", "jti", "sub_id"].toSorted(),
    );
    expect(payload["sub_id"]).toEqual({ format: "opaque", id: session_id });
    expect(decodeProtectedHeader(message.body).alg).toBe("ES256");
    for (const { body } of messages) {
      const text = atob(body.split(".")[1]?.replaceAll("-", "+").replaceAll("_", "/") ?? "");
      expect(text).toContain(session_id);
      expect(text).not.toContain(code.slice(44));
      expect(text).not.toContain(login.created.watch_token);
      expect(text).not.toContain("ada");
    }
  });

  it("sends the redemption and deletes the session after the delivery", async () => {
    const { receiver, login } = await told();
    await login.approve(await login.scan());
    const redeemed = await redeem(await codeOf(login), { client_id: receiver.clientId });
    expect(redeemed.status).toBe(200);
    await receiver.got(2);
    await expect.poll(() => storedBy(login)).toEqual(NOTHING);
  });

  it("retries the redemption event before it deletes the session", async () => {
    const { receiver, login } = await told();
    await login.approve(await login.scan());
    await receiver.got(1);
    await settled(login);
    await receiver.behave({ status: 500 });
    const code = await codeOf(login);
    expect((await redeem(code, { client_id: receiver.clientId })).status).toBe(200);
    await receiver.got(2);
    await expect.poll(() => warnings.mock.calls.length).toBeGreaterThan(0);
    await evictDurableObject(login.stub);
    expect((await storedBy(login)).rows).toEqual(["outbox", "session"]);
    // A retry of the token request does not wait for the receiver.
    expect((await redeem(code, { client_id: receiver.clientId })).status).toBe(200);

    await receiver.behave({ status: 202 });
    await tryAgain(login);
    const messages = await receiver.got(3);
    const [last] = await eventsOf(messages.slice(-1), receiver.clientId);
    expect(last).toMatchObject({ status: "redeemed", version: 4 });
    await expect.poll(() => storedBy(login)).toEqual(NOTHING);
  });

  it("sends a denial, a cancellation and an expiry once each", async () => {
    const { receiver, login: denied } = await told();
    using refused = await denied.stub.deny(await denied.scan());
    expect(refused.ok).toBe(true);

    const cancelled = await TestScreen.begin({ client_id: receiver.clientId });
    await cancelled.scan();
    const path = `/sessions/${cancelled.created.session_id}/cancel`;
    expect((await api(path, { method: "POST", headers: cancelled.bearer })).status).toBe(204);

    const expired = await TestScreen.begin({ client_id: receiver.clientId });
    await expired.scan();
    const expiry = Date.parse(expired.created.expires_at);
    await letTimePass(expired.stub, expiry);
    await settled(expired);
    await letTimePass(expired.stub, expiry + 30_000);

    const messages = await receiver.got(3);
    for (const login of [denied, cancelled, expired]) await settled(login);
    const events = await eventsOf(messages, receiver.clientId);
    expect(events).toHaveLength(3);
    expect(events).toEqual(
      expect.arrayContaining([
        { session_id: denied.created.session_id, status: "denied", version: 3 },
        { session_id: cancelled.created.session_id, status: "cancelled", version: 3 },
        { session_id: expired.created.session_id, status: "expired", version: 3 },
      ]),
    );
  });

  it("stores one more row for a callback until its delivery", async () => {
    const { login } = await told();
    await login.approve(await login.scan());
    await settled(login);
    const rows = await runInDurableObject(login.stub, (_, { storage }) =>
      Array.from(storage.kv.list(), ([key]) => key),
    );
    expect(rows).toEqual(["session"]);
  });
});

describe("failing receivers", () => {
  it("delays neither approval nor tokens when a receiver does not answer", async () => {
    const { receiver, login } = await told();
    await receiver.behave({ holds: true });
    const screen = await websocket(login);
    await login.approve(await login.scan());
    expect((await screen.next())?.status).toBe("pending");
    expect((await screen.next())?.status).toBe("scanned");
    expect((await screen.next())?.status).toBe("approved");
    const redeemed = await redeem(await codeOf(login), { client_id: receiver.clientId });
    expect(redeemed.status).toBe(200);
    // Both deliveries are in progress.
    await receiver.got(2);
    expect(await outboxOf(login)).toHaveLength(2);
    await receiver.behave({ status: 202 });
    await settled(login);
  });

  it("aborts a delivery after five seconds and retries it", async () => {
    const silent = await told();
    await silent.receiver.behave({ holds: true });
    const halting = await told();
    await halting.receiver.behave({ status: 400, body: '{"err":', stalls: true });
    for (const { receiver, login } of [silent, halting]) {
      await login.approve(await login.scan());
      await receiver.got(1);
    }
    await expect.poll(() => warnings.mock.calls.length).toBe(2);
    for (const [line] of warnings.mock.calls) {
      expect(line).toMatch(/^Message \S{43}, tried 0 times before, failed: it took too long$/);
    }
    for (const { receiver, login } of [silent, halting]) {
      await receiver.behave({ status: 202 });
      // The real alarm comes soon and may have run already.
      if ((await outboxOf(login)).length > 0) await tryAgain(login);
      await receiver.got(2);
      await settled(login);
    }
  });

  it("does not retry a refused event and logs the reason", async () => {
    const { receiver, login } = await told();
    const body = JSON.stringify({ err: "invalid_audience", description: "I am somebody else." });
    await receiver.behave({ status: 400, headers: { "Content-Type": "application/json" }, body });
    await login.approve(await login.scan());
    await receiver.got(1);
    await settled(login);
    expect(warnings.mock.calls).toHaveLength(1);
    expect(String(warnings.mock.calls[0]?.[0])).toMatch(/refused: invalid_audience$/);
  });

  it("follows no redirect of a receiver", async () => {
    const { receiver, login } = await told();
    const elsewhere = new Receiver(`callback-${++clients}`);
    for (const status of [301, 303, 307, 308]) {
      await receiver.behave({ status, headers: { Location: `/${elsewhere.clientId}` } });
      if (status === 301) await login.approve(await login.scan());
      else await tryAgain(login);
      const tries = [301, 303, 307, 308].indexOf(status) + 1;
      await expect.poll(() => warnings.mock.calls.length).toBe(tries);
      await receiver.got(tries);
    }
    expect(await elsewhere.got(0)).toEqual([]);
  });

  it.each([
    ["is down", { hangsUp: true }],
    ["fails", { status: 500 }],
    ["answers a page", { status: 200, headers: { "Content-Type": "text/html" }, body: "<html>" }],
    ["refuses without a reason", { status: 400, body: "x".repeat(100_000) }],
  ])("retries the same event until it is accepted by a receiver that %s", async (_, behaviour) => {
    const { receiver, login } = await told();
    await receiver.behave(behaviour);
    await login.approve(await login.scan());
    await receiver.got(1);
    await expect.poll(() => warnings.mock.calls.length).toBe(1);
    expect(await outboxOf(login)).toMatchObject([{ tries: 1 }]);

    await tryAgain(login);
    await receiver.got(2);
    await expect.poll(() => warnings.mock.calls.length).toBe(2);
    await evictDurableObject(login.stub);
    await receiver.behave({ status: 202 });
    await tryAgain(login);
    const messages = await receiver.got(3);
    await settled(login);
    const payloads = await Promise.all(
      messages.map((message) => verified(message, receiver.clientId)),
    );
    expect(payloads[1]).toEqual(payloads[0]);
    expect(payloads[2]).toEqual(payloads[0]);
  });

  it("gives up a quarter of an hour after the end and leaves nothing", async () => {
    const { receiver, login } = await told();
    await receiver.behave({ status: 500 });
    using denied = await login.stub.deny(await login.scan());
    expect(denied.ok).toBe(true);
    await receiver.got(1);
    const [delivery] = await outboxOf(login);
    if (!delivery) throw new Error("nothing waits");

    // Longer than the retention of the session, with the right state.
    await letTimePass(login.stub, delivery.giveUpAt - 60_000);
    await receiver.got(2);
    const path = `/sessions/${login.created.session_id}`;
    const answer = await api(path, { headers: login.bearer });
    expect(await answer.json()).toMatchObject({ status: "denied" });

    await letTimePass(login.stub, delivery.giveUpAt);
    expect(errors.mock.calls.map(([line]) => String(line))).toEqual([
      expect.stringMatching(/was given up\.$/),
    ]);
    await runInDurableObject(login.stub, async (_, { storage }) => {
      expect([...storage.kv.list()]).toEqual([]);
      expect(await storage.getAlarm()).toBeNull();
    });
  });
});

describe("a callback event", () => {
  it("stores an event in the turn of its transition", async () => {
    const { receiver, login } = await told();
    await receiver.behave({ holds: true });
    await login.approve(await login.scan());
    expect(await outboxOf(login)).toMatchObject([{ tries: 1 }]);
    await receiver.got(1);
    await receiver.behave({ status: 503 });
    await expect.poll(() => warnings.mock.calls.length).toBe(1);
    await evictDurableObject(login.stub);
    await receiver.behave({ status: 202 });
    await tryAgain(login);
    await receiver.got(2);
    await settled(login);
  });

  it("retries an event whose response was lost by a reset of the object", async () => {
    const { receiver, login } = await told();
    await receiver.behave({ holds: true });
    await login.approve(await login.scan());
    await receiver.got(1);
    const [waiting] = await outboxOf(login);
    expect((await storedBy(login)).alarm).toBe(waiting?.nextTryAt);
    await runInDurableObject(login.stub, (_, state) => state.abort("reset")).catch(() => undefined);

    await receiver.behave({ status: 202 });
    // A stub is broken once its object was reset.
    const again = new TestScreen(login.created);
    await tryAgain(again);
    const [first, second] = await receiver.got(2);
    expect(second && decodeJwt(second.body).jti).toBe(first && decodeJwt(first.body).jti);
    await settled(again);
  });

  it("restores the session's alarm after an accepted event", async () => {
    const { receiver, login } = await told();
    await login.approve(await login.scan());
    await receiver.got(1);
    await settled(login);
    const { alarm } = await storedBy(login);
    if (alarm === null) throw new Error("no alarm is armed");
    await letTimePass(login.stub, alarm);
    expect((await storedBy(login)).alarm).toBeGreaterThan(alarm + 30_000);
    await redeem(await codeOf(login), { client_id: receiver.clientId });
    await receiver.got(2);
    await expect.poll(() => storedBy(login)).toEqual(NOTHING);
  });

  it("sets the alarm for the retry of an event", async () => {
    const { receiver, login } = await told();
    await receiver.behave({ status: 503 });
    await login.approve(await login.scan());
    await receiver.got(1);
    await expect.poll(() => warnings.mock.calls.length).toBe(1);
    const [delivery] = await outboxOf(login);
    const armed = () => runInDurableObject(login.stub, (_, { storage }) => storage.getAlarm());
    await expect.poll(armed).toBe(delivery?.nextTryAt);
  });

  it("stores no event for a client without a callback_uri", async () => {
    const login = await TestScreen.begin({ client_id: "screen" });
    await login.approve(await login.scan());
    await runInDurableObject(login.stub, async (_, { storage }) => {
      expect(Array.from(storage.kv.list(), ([key]) => key)).toEqual(["session"]);
      expect(await storage.getAlarm()).toBe(Date.parse(login.created.expires_at));
    });
  });

  it("expires the session on time while an event waits", async () => {
    const { receiver, login } = await told();
    await receiver.behave({ holds: true });
    await login.approve(await login.scan());
    await receiver.got(1);
    const screen = await websocket(login);
    expect((await screen.next())?.status).toBe("approved");
    await letTimePass(login.stub, Date.now() + 60_000);
    expect((await screen.next())?.status).toBe("expired");
    expect(await screen.next()).toBeUndefined();
    await receiver.behave({ status: 202 });
    await settled(login);
  });
});
