import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { accountStub } from "../../src/accounts/account-stub.ts";
import type { Outbox } from "../../src/lib/outbox/outbox.ts";
import { ReceiverCircuit } from "../../src/oidc/backchannel/receiver-circuit.ts";
import type { LoginEvent } from "../../src/oidc/backchannel/security-event.ts";
import { logIn } from "../support/accounts.ts";
import { api } from "../support/api.ts";
import { TestScreen } from "../support/test-screen.ts";
import { Receiver } from "./receiver.ts";
import { letTimePass, restoreClock, setClock } from "../support/time.ts";

/**
 * Anyone can start and end sessions of a client. Without limits, each would cause callbacks and
 * retries to the client's receiver.
 */

vi.spyOn(console, "warn").mockImplementation(() => undefined);
const asked = vi.spyOn(ReceiverCircuit.prototype, "requestToSend");
const failures = vi.spyOn(ReceiverCircuit.prototype, "recordFailure");

/** The clock stands still unless a test moves it, and tests run the alarms. */
let now = 0;
beforeEach(() => {
  now = Date.now() + 3_600_000;
  setClock(now);
  asked.mockClear();
  failures.mockClear();
});
afterEach(restoreClock);

/** Lower numbers are used by test/receivers/callbacks.test.ts. */
let clients = 30;
const newReceiver = () => new Receiver(`callback-${++clients}`);

async function cancel({ created, bearer }: TestScreen): Promise<void> {
  const path = `/sessions/${created.session_id}/cancel`;
  expect((await api(path, { method: "POST", headers: bearer })).status).toBe(204);
}

const outboxOf = ({ stub }: TestScreen): Promise<Outbox<LoginEvent>> =>
  runInDurableObject(stub, (_, { storage }) => storage.kv.get<Outbox<LoginEvent>>("outbox") ?? []);

/**
 * Waits until the alarm is set for the next retry or nothing is pending. Returns the time of the
 * retry.
 */
async function settled(login: TestScreen): Promise<number | undefined> {
  let due: number | undefined;
  await expect
    .poll(async () => {
      [due] = (await outboxOf(login)).map(({ nextTryAt }) => nextTryAt);
      if (due === undefined) return true;
      const alarm = await runInDurableObject(login.stub, (_, { storage }) => storage.getAlarm());
      return alarm === due;
    })
    .toBe(true);
  return due;
}

/** Starts a login, claims it with a phone and cancels it. */
async function claimAndCancel(receiver: Receiver): Promise<TestScreen> {
  const login = await TestScreen.begin({ client_id: receiver.clientId });
  await login.scan();
  await cancel(login);
  return login;
}

/** The number of first attempts that failed or were postponed by the circuit breaker. */
const outcomes = () => failures.mock.calls.length + asked.mock.calls.length;

/** The same for a failing receiver. Waits until the callback has failed or was postponed. */
async function cancelInVain(receiver: Receiver): Promise<TestScreen> {
  const before = outcomes();
  const login = await claimAndCancel(receiver);
  await expect.poll(outcomes).toBeGreaterThan(before);
  await settled(login);
  return login;
}

describe("a session that no phone has claimed", () => {
  it("sends and stores no callback for a session that no phone has claimed [RFC10027-6.1.11/4]", async () => {
    const receiver = newReceiver();
    for (let i = 0; i < 20; i++) {
      const login = await TestScreen.begin({ client_id: receiver.clientId });
      await cancel(login);
      expect(await outboxOf(login)).toEqual([]);
    }
    expect(await receiver.got(0)).toEqual([]);
  });

  it("sends no callback when an unclaimed session expires", async () => {
    const receiver = newReceiver();
    const login = await TestScreen.begin({ client_id: receiver.clientId });
    await letTimePass(login.stub, Date.parse(login.created.expires_at));
    const rows = await runInDurableObject(login.stub, (_, { storage }) =>
      Array.from(storage.kv.list(), ([key]) => key),
    );
    expect(rows).not.toContain("outbox");
    expect(await receiver.got(0)).toEqual([]);
  });

  it("sends a callback when a claimed session ends", async () => {
    const receiver = newReceiver();
    const login = await claimAndCancel(receiver);
    expect(await receiver.got(1)).toHaveLength(1);
    expect(await settled(login)).toBeUndefined();
  });
});

describe("a receiver that is down", () => {
  it("stops sending to a receiver after five failures in a row over all sessions [RFC10027-6.1.11/5]", async () => {
    const receiver = newReceiver();
    await receiver.behave({ status: 500 });
    for (let i = 0; i < 20; i++) await cancelInVain(receiver);
    expect(await receiver.got(5)).toHaveLength(5);
  });

  it("sends no retries during the pause and one after it", async () => {
    const receiver = newReceiver();
    await receiver.behave({ status: 500 });
    const logins: TestScreen[] = [];
    for (let i = 0; i < 10; i++) {
      logins.push(await cancelInVain(receiver));
    }
    expect(await receiver.got(5)).toHaveLength(5);
    // All retries happen at the same moment, long after the pause.
    for (let round = 1; round <= 3; round++) {
      now += 90_000;
      for (const login of logins) await letTimePass(login.stub, now);
      for (const login of logins) await settled(login);
      expect(await receiver.got(5 + round)).toHaveLength(5 + round);
    }
  });

  it("delivers all waiting events once the receiver is back", async () => {
    const receiver = newReceiver();
    await receiver.behave({ status: 500 });
    const logins: TestScreen[] = [];
    for (let i = 0; i < 8; i++) {
      logins.push(await cancelInVain(receiver));
    }
    await receiver.behave({ status: 202 });
    now += 90_000;
    // The first one is the probe.
    for (const login of logins) {
      await letTimePass(login.stub, now);
      await expect.poll(() => outboxOf(login)).toEqual([]);
    }
    expect(await receiver.got(5 + 8)).toHaveLength(5 + 8);

    // The circuit is closed: the next callback is sent at once.
    asked.mockClear();
    await claimAndCancel(receiver);
    await receiver.got(5 + 8 + 1);
    expect(asked).not.toHaveBeenCalled();
  });

  it("delivers to the receivers of other clients", async () => {
    const [down, other] = [newReceiver(), newReceiver()];
    await down.behave({ status: 500 });
    for (let i = 0; i < 6; i++) await cancelInVain(down);
    await claimAndCancel(other);
    expect(await other.got(1)).toHaveLength(1);
  });

  it("gives up a waiting event when its session is over", async () => {
    const receiver = newReceiver();
    await receiver.behave({ status: 500 });
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    for (let i = 0; i < 5; i++) await cancelInVain(receiver);
    const login = await cancelInVain(receiver);
    const [delivery] = await outboxOf(login);
    if (!delivery) throw new Error("nothing waits");
    await letTimePass(login.stub, delivery.giveUpAt);
    await runInDurableObject(login.stub, async (_, { storage }) => {
      expect([...storage.kv.list()]).toEqual([]);
      expect(await storage.getAlarm()).toBeNull();
    });
  });
});

describe("a client's logout receiver that is down", () => {
  it("stops sending logout tokens after five failures in a row over all accounts", async () => {
    const receiver = new Receiver("logout-40");
    await receiver.behave({ status: 500 });
    for (let i = 0; i < 12; i++) {
      const sub = `stranger-${i}`;
      const sid = await logIn(sub, { clientId: receiver.clientId });
      const account = accountStub(env, sub);
      await account.endLogin(sid);
      // A failed or postponed delivery has a next retry.
      await expect
        .poll(() =>
          runInDurableObject(account, async (_, { storage }) => {
            const [delivery] = storage.kv.get<Outbox<unknown>>("outbox") ?? [];
            return delivery !== undefined && (await storage.getAlarm()) === delivery.nextTryAt;
          }),
        )
        .toBe(true);
      if (i < 5) await receiver.got(i + 1);
      if (i < 5) await expect.poll(() => failures.mock.calls.length).toBe(i + 1);
    }
    expect(await receiver.got(5)).toHaveLength(5);
  });
});

describe("a callback that is accepted at the first try", () => {
  it("calls no circuit object and stores no row for an accepted callback", async () => {
    const receiver = newReceiver();
    const login = await TestScreen.begin({ client_id: receiver.clientId });
    await login.approve(await login.scan());
    await receiver.got(1);
    expect(await settled(login)).toBeUndefined();
    expect(asked).not.toHaveBeenCalled();
    expect(failures).not.toHaveBeenCalled();
    const name = `callback_uri ${receiver.clientId}`;
    const circuit = env.RECEIVER_CIRCUITS.get(env.RECEIVER_CIRCUITS.idFromName(name));
    const rows = await runInDurableObject(circuit, (_, { storage }) => [...storage.kv.list()]);
    expect(rows).toEqual([]);
  });
});
