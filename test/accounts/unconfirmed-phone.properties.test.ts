import fc from "fast-check";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { OutboxStore } from "../../src/lib/outbox/outbox-store.ts";
import {
  MAX_STEPS,
  newPasskey,
  OWNER_ACTIONS,
  Scenario,
  THIEF_ACTIONS,
  type MadePasskey,
  type Step,
} from "./account-scenario.ts";
import { propertyRuns } from "./property-runs.ts";
import { restoreClock, setClock } from "../support/time.ts";

/**
 * Whatever an unconfirmed phone does, alone or through what it created, in any order: the owner's confirmed phones,
 * passkeys, notifications, screens and history are the same as without it. Tested on the real object, once with the thief
 * and once without, with the same steps of the owner at the same times.
 */

const HOUR = 3600 * 1000;
/** Milliseconds between two steps at most: all of them together take less than the trust delay of a day. */
const PAUSE = HOUR - 60_000;

let passkeys: { own: MadePasskey[]; thiefs: MadePasskey[] };

beforeAll(async () => {
  const make = (count: number) => Promise.all(Array.from({ length: count }, newPasskey));
  passkeys = { own: await make(4), thiefs: await make(7) };
});

afterEach(() => {
  vi.restoreAllMocks();
  restoreClock();
});

const numbers = { a: fc.nat(1000), b: fc.nat(1000), after: fc.integer({ min: 10, max: PAUSE }) };
const ownersStep: fc.Arbitrary<Step> = fc.record({
  by: fc.constant("owner" as const),
  does: fc.constantFrom(...OWNER_ACTIONS),
  ...numbers,
});
const thiefsStep: fc.Arbitrary<Step> = fc.record({
  by: fc.constant("thief" as const),
  does: fc.constantFrom(...THIEF_ACTIONS),
  ...numbers,
});
const steps = fc.array(
  fc.oneof({ weight: 3, arbitrary: thiefsStep }, { weight: 2, arbitrary: ownersStep }),
  { minLength: 4, maxLength: MAX_STEPS },
);

async function play(all: readonly Step[], hasThief: boolean, start: number) {
  const scenario = new Scenario(passkeys, hasThief);
  await scenario.begin(start);
  let now = start;
  for (const step of all) {
    now += step.after;
    setClock(now);
    await scenario.step(step);
  }
  const outcome = { answers: scenario.answers, ...(await scenario.ownersView()) };
  await scenario.end();
  return outcome;
}

describe("an unconfirmed phone", () => {
  it("lets an unconfirmed phone change nothing that belongs to the owner [ASVS-7.5.1/2]", async () => {
    // Nothing is sent to a push service: the messages stay in the queue, so that they can be compared.
    vi.spyOn(OutboxStore.prototype, "sendDue").mockReturnValue(undefined);
    const start = Date.now();
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        expect(await play(all, true, start)).toEqual(await play(all, false, start));
      }),
      { numRuns: propertyRuns() },
    );
  });

  it("leaves nothing of its root when the owner removes a part of it, and the owner can always sign in [ATTACK-passkey-left-behind/7]", async () => {
    vi.spyOn(OutboxStore.prototype, "sendDue").mockReturnValue(undefined);
    const start = Date.now();
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const scenario = new Scenario(passkeys, true);
        await scenario.begin(start, { filled: false });
        let now = start;
        for (const step of all) {
          now += step.after;
          setClock(now);
          await scenario.step(step);
        }
        expect(scenario.leftovers).toEqual([]);
        expect(await scenario.canOwnerSignIn()).toBe(true);
        await scenario.end();
      }),
      { numRuns: propertyRuns() },
    );
  });
});
