import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  delayAfter,
  delayed,
  MAX_DELAY,
  nextDue,
  postponed,
  enqueue,
  remove,
  takeDue,
  ATTEMPT_TIMEOUT,
  type Outbox,
} from "../../../src/lib/outbox/outbox.ts";

const HOUR = 3_600_000;

const putAt = (now: number, id = "a", outbox: Outbox<string> = []) =>
  enqueue(outbox, { id, message: `message ${id}`, giveUpAt: now + HOUR }, now);

describe("a message", () => {
  it("makes a new message due at once", () => {
    const { due } = takeDue(putAt(1000), 1000, 0);
    expect(due.map(({ id, message, tries }) => [id, message, tries])).toEqual([
      ["a", "message a", 0],
    ]);
  });

  it("makes a message due again after the attempt and a delay", () => {
    const { outbox } = takeDue(putAt(0), 0, 0.5);
    expect(nextDue(outbox)).toBe(ATTEMPT_TIMEOUT + 2000);
    expect(takeDue(outbox, ATTEMPT_TIMEOUT + 1999, 0.5).due).toEqual([]);
    expect(takeDue(outbox, ATTEMPT_TIMEOUT + 2000, 0.5).due).toHaveLength(1);
  });

  it("delays a failed message by the longer of its own delay and the pause of the circuit", () => {
    const { outbox } = takeDue(putAt(0), 0, 0.5);
    expect(nextDue(delayed(outbox, "a", 60_000))).toBe(60_000);
    expect(nextDue(delayed(outbox, "a", 1))).toBe(nextDue(outbox));
    expect(delayed(outbox, "b", 60_000)).toEqual(outbox);
  });

  it("makes a postponed message due at the given time without a longer delay", () => {
    const { outbox } = takeDue(putAt(0), 0, 0.5);
    const again = takeDue(postponed(outbox, "a", 3000), 3000, 0.5);
    expect(again.due.map(({ tries }) => tries)).toEqual([1]);
    const third = takeDue(postponed(again.outbox, "a", 6000), 6000, 0.5);
    expect(third.due.map(({ tries }) => tries)).toEqual([1]);
    expect(nextDue(third.outbox)).toBe(6000 + ATTEMPT_TIMEOUT + delayAfter(2, 0.5));
  });

  it("removes an accepted message and keeps the others", () => {
    const both = putAt(0, "b", putAt(0));
    expect(remove(both, "a").map(({ id }) => id)).toEqual(["b"]);
    expect(remove(both, "c")).toEqual(both);
  });

  it("gives a message up when it has expired", () => {
    const outbox = enqueue([], { id: "a", message: "", giveUpAt: 3000 }, 0);
    const first = takeDue(outbox, 0, 0);
    expect(nextDue(first.outbox)).toBe(3000);
    const last = takeDue(first.outbox, 3000, 0);
    expect(last.due).toEqual([]);
    expect(last.givenUp).toHaveLength(1);
    expect(last.outbox).toEqual([]);
    expect(nextDue(last.outbox)).toBeUndefined();
  });
});

describe("the delays", () => {
  it("doubles the delay from two seconds to five minutes", () => {
    const delays = Array.from({ length: 10 }, (_, i) => delayAfter(i + 1, 0.5) / 1000);
    expect(delays).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
  });

  it("increases the delay for any jitter within its bounds", () => {
    const jitter = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), jitter, jitter, (tries, one, other) => {
        const delay = delayAfter(tries, one);
        expect(delay).toBeGreaterThanOrEqual(1500);
        expect(delay).toBeLessThanOrEqual(MAX_DELAY * 1.25);
        if (tries < 8) expect(delayAfter(tries + 1, other)).toBeGreaterThan(delay);
      }),
    );
  });

  it("makes a bounded number of attempts for a receiver that never answers", () => {
    let outbox: Outbox<string> = putAt(0);
    let tries = 0;
    for (let now = nextDue(outbox); now !== undefined; now = nextDue(outbox)) {
      const taken = takeDue(outbox, now, 0);
      expect(taken.due.length + taken.givenUp.length).toBeGreaterThan(0);
      tries += taken.due.length;
      ({ outbox } = taken);
    }
    expect(tries).toBeGreaterThan(10);
    expect(tries).toBeLessThan(30);
  });
});
