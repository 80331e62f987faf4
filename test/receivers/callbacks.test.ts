import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
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
import { sessionStub } from "../../src/login-session/durable-object/session-stub.ts";
import type { Snapshot } from "../../src/protocol/snapshot.ts";
import { api, approve, begin, ISSUER, redeem, scan, type Begun } from "../support/api.ts";
import type { ReceivedMessage } from "./receiver-behaviour.ts";
import { Receiver } from "./receiver.ts";
import { letTimePass, restoreClock } from "../support/time.ts";
import { websocket } from "../support/watchers.ts";

const EVENT = "urn:qr-login:event:login-session";

/** What the operator is told. */
const warnings = vi.spyOn(console, "warn").mockImplementation(() => undefined);
const errors = vi.spyOn(console, "error").mockImplementation(() => undefined);

beforeEach(() => {
  warnings.mockClear();
  errors.mockClear();
});
afterEach(restoreClock);

let clients = 0;

/** A client that was told nothing yet, and a login that it has begun. */
async function told(): Promise<{ receiver: Receiver; login: Begun }> {
  const receiver = new Receiver(`callback-${++clients}`);
  return { receiver, login: await begin({ client_id: receiver.clientId }) };
}

/** What is said of a login, once it has been verified as its receiver would. */
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

const outboxOf = (login: Begun): Promise<Outbox<LoginEvent>> =>
  runInDurableObject(
    login.stub,
    (_, { storage }) => storage.kv.get<Outbox<LoginEvent>>("outbox") ?? [],
  );

/** What the session's object has stored, and its alarm. */
const storedBy = ({ stub }: Begun) =>
  runInDurableObject(stub, async (_, { storage }) => ({
    rows: Array.from(storage.kv.list(), ([key]) => key),
    alarm: await storage.getAlarm(),
  }));

/** A stub that was used while its object was reset is of no use any more. */
function stubOf({ created }: Begun): Begun["stub"] {
  const stub = sessionStub(env, created.session_id);
  if (!stub) throw new Error("the session has no object");
  return stub;
}

const NOTHING = { rows: [], alarm: null };

/** Resolves when the object has heard from everybody whom it has told. */
const settled = (login: Begun) => expect.poll(() => outboxOf(login)).toEqual([]);

/** Lets the next try come. */
async function tryAgain(login: Begun): Promise<void> {
  const [delivery] = await outboxOf(login);
  if (!delivery) throw new Error("nothing waits");
  await letTimePass(login.stub, delivery.nextTryAt);
}

const codeOf = async (login: Begun): Promise<string> => {
  const path = `/sessions/${login.created.session_id}`;
  const { code } = await (await api(path, { headers: login.bearer })).json<Snapshot>();
  if (code === undefined) throw new Error("no code");
  return code;
};

describe("a client with a callback_uri", () => {
  it("is told of an approval and of its redemption by signed events, and never a code", async () => {
    const { receiver, login } = await told();
    await approve(login, await scan(login));
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

  it("is told of a redemption by a session that leaves nothing as soon as it has heard", async () => {
    const { receiver, login } = await told();
    await approve(login, await scan(login));
    const redeemed = await redeem(await codeOf(login), { client_id: receiver.clientId });
    expect(redeemed.status).toBe(200);
    await receiver.got(2);
    await expect.poll(() => storedBy(login)).toEqual(NOTHING);
  });

  it("is told of a redemption that it could not be told at first, and only then nothing is left", async () => {
    const { receiver, login } = await told();
    await approve(login, await scan(login));
    await receiver.got(1);
    await settled(login);
    await receiver.behave({ status: 500 });
    const code = await codeOf(login);
    expect((await redeem(code, { client_id: receiver.clientId })).status).toBe(200);
    await receiver.got(2);
    await expect.poll(() => warnings.mock.calls.length).toBeGreaterThan(0);
    await evictDurableObject(login.stub);
    expect((await storedBy(login)).rows).toEqual(["outbox", "session"]);
    // A client that asks for its tokens again does not have to wait for that.
    expect((await redeem(code, { client_id: receiver.clientId })).status).toBe(200);

    await receiver.behave({ status: 202 });
    await tryAgain(login);
    const messages = await receiver.got(3);
    const [last] = await eventsOf(messages.slice(-1), receiver.clientId);
    expect(last).toMatchObject({ status: "redeemed", version: 4 });
    await expect.poll(() => storedBy(login)).toEqual(NOTHING);
  });

  it("is told of a denial, a cancellation and an expiry, each once", async () => {
    const { receiver, login: denied } = await told();
    using refused = await denied.stub.deny(await scan(denied));
    expect(refused.ok).toBe(true);

    const cancelled = await begin({ client_id: receiver.clientId });
    await scan(cancelled);
    const path = `/sessions/${cancelled.created.session_id}/cancel`;
    expect((await api(path, { method: "POST", headers: cancelled.bearer })).status).toBe(204);

    const expired = await begin({ client_id: receiver.clientId });
    await scan(expired);
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

  it("costs a login one more row, which is gone when the client has heard", async () => {
    const { login } = await told();
    await approve(login, await scan(login));
    await settled(login);
    const rows = await runInDurableObject(login.stub, (_, { storage }) =>
      Array.from(storage.kv.list(), ([key]) => key),
    );
    expect(rows).toEqual(["session"]);
  });
});

describe("a receiver that", () => {
  it("doesn't answer delays neither the approval nor the tokens", async () => {
    const { receiver, login } = await told();
    await receiver.behave({ holds: true });
    const screen = await websocket(login);
    await approve(login, await scan(login));
    expect((await screen.next())?.status).toBe("pending");
    expect((await screen.next())?.status).toBe("scanned");
    expect((await screen.next())?.status).toBe("approved");
    const redeemed = await redeem(await codeOf(login), { client_id: receiver.clientId });
    expect(redeemed.status).toBe(200);
    // Both are on their way, and neither has been answered.
    await receiver.got(2);
    expect(await outboxOf(login)).toHaveLength(2);
    await receiver.behave({ status: 202 });
    await settled(login);
  });

  it("never answers, or never to the end, is left after five seconds and told again", async () => {
    const silent = await told();
    await silent.receiver.behave({ holds: true });
    const halting = await told();
    await halting.receiver.behave({ status: 400, body: '{"err":', stalls: true });
    for (const { receiver, login } of [silent, halting]) {
      await approve(login, await scan(login));
      await receiver.got(1);
    }
    await expect.poll(() => warnings.mock.calls.length).toBe(2);
    for (const [line] of warnings.mock.calls) {
      expect(line).toMatch(/^Message \S{43}, tried 0 times before, failed: it took too long$/);
    }
    for (const { receiver, login } of [silent, halting]) {
      await receiver.behave({ status: 202 });
      // The alarm that was really armed comes soon, and may have been quicker.
      if ((await outboxOf(login)).length > 0) await tryAgain(login);
      await receiver.got(2);
      await settled(login);
    }
  });

  it("refuses is not told again, and the operator is told why", async () => {
    const { receiver, login } = await told();
    const body = JSON.stringify({ err: "invalid_audience", description: "I am somebody else." });
    await receiver.behave({ status: 400, headers: { "Content-Type": "application/json" }, body });
    await approve(login, await scan(login));
    await receiver.got(1);
    await settled(login);
    expect(warnings.mock.calls).toHaveLength(1);
    expect(String(warnings.mock.calls[0]?.[0])).toMatch(/refused: invalid_audience$/);
  });

  it("redirects is not followed", async () => {
    const { receiver, login } = await told();
    const elsewhere = new Receiver(`callback-${++clients}`);
    for (const status of [301, 303, 307, 308]) {
      await receiver.behave({ status, headers: { Location: `/${elsewhere.clientId}` } });
      if (status === 301) await approve(login, await scan(login));
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
  ])("%s is told again, by the same event, until it accepts", async (_, behaviour) => {
    const { receiver, login } = await told();
    await receiver.behave(behaviour);
    await approve(login, await scan(login));
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

  it("never accepts is given up a quarter of an hour after the end, and nothing is left", async () => {
    const { receiver, login } = await told();
    await receiver.behave({ status: 500 });
    using denied = await login.stub.deny(await scan(login));
    expect(denied.ok).toBe(true);
    await receiver.got(1);
    const [delivery] = await outboxOf(login);
    if (!delivery) throw new Error("nothing waits");

    // Longer than it would be remembered for its own sake, and still with a true answer.
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

describe("an event", () => {
  it("is stored in the same turn as what it tells of: nothing is lost with the object's memory", async () => {
    const { receiver, login } = await told();
    await receiver.behave({ holds: true });
    await approve(login, await scan(login));
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

  it("whose answer is never heard, since the object is reset, is told again seconds later", async () => {
    const { receiver, login } = await told();
    await receiver.behave({ holds: true });
    await approve(login, await scan(login));
    await receiver.got(1);
    const [waiting] = await outboxOf(login);
    expect((await storedBy(login)).alarm).toBe(waiting?.nextTryAt);
    await runInDurableObject(login.stub, (_, state) => state.abort("reset")).catch(() => undefined);

    await receiver.behave({ status: 202 });
    const again = { ...login, stub: stubOf(login) };
    await tryAgain(again);
    const [first, second] = await receiver.got(2);
    expect(second && decodeJwt(second.body).jti).toBe(first && decodeJwt(first.body).jti);
    await settled(again);
  });

  it("that is accepted at once gives the alarm back to the session", async () => {
    const { receiver, login } = await told();
    await approve(login, await scan(login));
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

  it("that is refused for now sets the alarm for the next try", async () => {
    const { receiver, login } = await told();
    await receiver.behave({ status: 503 });
    await approve(login, await scan(login));
    await receiver.got(1);
    await expect.poll(() => warnings.mock.calls.length).toBe(1);
    const [delivery] = await outboxOf(login);
    const armed = () => runInDurableObject(login.stub, (_, { storage }) => storage.getAlarm());
    await expect.poll(armed).toBe(delivery?.nextTryAt);
  });

  it("of a client without a callback_uri is none: no row, and no alarm but the session's own", async () => {
    const login = await begin({ client_id: "screen" });
    await approve(login, await scan(login));
    await runInDurableObject(login.stub, async (_, { storage }) => {
      expect(Array.from(storage.kv.list(), ([key]) => key)).toEqual(["session"]);
      expect(await storage.getAlarm()).toBe(Date.parse(login.created.expires_at));
    });
  });

  it("doesn't keep the session's own end from coming in time", async () => {
    const { receiver, login } = await told();
    await receiver.behave({ holds: true });
    await approve(login, await scan(login));
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
