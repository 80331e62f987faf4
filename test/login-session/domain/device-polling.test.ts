import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  IDLE_EVICTION,
  INTERVAL,
  MAX_INTERVAL,
  poll,
  type Polling,
} from "../../../src/login-session/domain/device-polling.ts";

const PENDING = "authorization_pending";
const SECOND = 1000;

/** What a device is told that polls at these seconds. */
function answers(...seconds: number[]): string[] {
  let polling: Polling | undefined;
  return seconds.map((at) => {
    const polled = poll(polling, at * SECOND);
    polling = polled.polling;
    return polled.answer;
  });
}

describe("poll", () => {
  it.each<[string, number[], string[]]>([
    ["never slows down a first poll", [0], [PENDING]],
    ["accepts a poll every five seconds", [0, 5, 10, 15], [PENDING, PENDING, PENDING, PENDING]],
    [
      "accepts a poll that the network delivers a little early",
      [0, 4.2, 9.1],
      [PENDING, PENDING, PENDING],
    ],
    ["slows down a device that polls too early", [0, 3.9], [PENDING, "slow_down"]],
    [
      "slows down a device again that keeps its old interval",
      [0, 3, 8],
      [PENDING, "slow_down", "slow_down"],
    ],
    [
      "accepts polls at the longer interval",
      [0, 3, 13, 23],
      [PENDING, "slow_down", PENDING, PENDING],
    ],
    [
      "requires fifteen seconds after two polls that were too early",
      [0, 1, 2, 16.5, 31.5, 41.5],
      [PENDING, "slow_down", "slow_down", PENDING, PENDING, "slow_down"],
    ],
  ])("%s", (_, seconds, told) => {
    expect(answers(...seconds)).toEqual(told);
  });

  it("limits the interval of a device that polls without a pause to a minute, and then writes nothing more", () => {
    let polling: Polling | undefined;
    let writes = 0;
    for (let i = 0; i < 1000; i++) {
      const polled = poll(polling, i);
      polling = polled.polling;
      if (polled.store) writes++;
    }
    expect(polling?.interval).toBe(MAX_INTERVAL);
    expect(writes).toBe((MAX_INTERVAL - INTERVAL) / INTERVAL);
    expect(poll(polling, MAX_INTERVAL).answer).toBe(PENDING);
  });
});

describe("any intervals between polls", () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 90 * SECOND }), { maxLength: 40 });

  it("only lengthens the interval, by five seconds for each slow_down, up to its limit [RFC8628-3.5/5]", () => {
    fc.assert(
      fc.property(gaps, (pauses) => {
        let { polling } = poll(undefined, 0);
        let now = 0;
        for (const pause of pauses) {
          now += pause;
          const polled = poll(polling, now);
          const grown =
            polled.answer === "slow_down" ? polling.interval + 5 * SECOND : polling.interval;
          expect(polled.polling.interval).toBe(Math.min(grown, MAX_INTERVAL));
          ({ polling } = polled);
        }
      }),
    );
  });

  it("never slows down a device again that keeps the interval", () => {
    fc.assert(
      fc.property(gaps, fc.array(fc.nat(5 * SECOND)), (careless, more) => {
        let { polling } = poll(undefined, 0);
        let now = 0;
        let wait = INTERVAL;
        for (const pause of careless) {
          now += pause;
          const polled = poll(polling, now);
          ({ polling } = polled);
          if (polled.answer === "slow_down") wait += 5 * SECOND;
        }
        for (const extra of more) {
          now += wait + extra;
          const polled = poll(polling, now);
          expect(polled.answer).toBe(PENDING);
          ({ polling } = polled);
        }
      }),
    );
  });

  it("responds the same after an eviction as without one", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(40 * SECOND), fc.boolean())), (polls) => {
        let remembered: Polling | undefined;
        let inMemory: Polling | undefined;
        let stored: Polling | undefined;
        let now = 0;
        for (const [pause, leaves] of polls) {
          now += pause;
          if (leaves && pause > IDLE_EVICTION) inMemory = undefined;
          const expected = poll(remembered, now);
          const polled = poll(inMemory ?? stored, now);
          expect(polled.answer).toBe(expected.answer);
          expect(polled.polling.interval).toBe(expected.polling.interval);
          remembered = expected.polling;
          inMemory = polled.polling;
          if (polled.store) stored = polled.polling;
        }
      }),
    );
  });
});
