import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  HINT_RETENTION,
  keyPlan,
  MAX_TOKEN_TTL,
  OVERLAP,
  SIGNING_PERIOD,
  type KeyDates,
  type KeyPlan,
} from "../../../src/oidc/keys/key-rotation.ts";

const T0 = Date.UTC(2026, 0, 1);
const DAY = 86_400_000;

/** Times between calls and alarms, from milliseconds to months. */
const gap = fc.oneof(
  fc.integer({ min: 0, max: MAX_TOKEN_TTL }),
  fc.integer({ min: 0, max: 2 * DAY }),
  fc.integer({ min: 0, max: 200 * DAY }),
  fc.constantFrom(OVERLAP, SIGNING_PERIOD, SIGNING_PERIOD - OVERLAP, SIGNING_PERIOD - 1),
);

interface Moment {
  now: number;
  keys: KeyDates[];
  plan: KeyPlan;
}

/** Carries out the plan at each instant, as the object does, and returns the keys at each. */
function live(instants: number[]): Moment[] {
  let keys: KeyDates[] = [];
  return instants.map((now, i) => {
    const { create } = keyPlan(keys, now);
    if (create) {
      keys = [...keys, { kid: `key ${i}`, publishedAt: now, ...create, isPrivate: true }];
    }
    const plan = keyPlan(keys, now);
    keys = keys
      .filter((key) => !plan.delete.includes(key.kid))
      .map((key) =>
        plan.deletePrivatePart.includes(key.kid) ? { ...key, isPrivate: false } : key,
      );
    return { now, keys, plan: keyPlan(keys, now) };
  });
}

/** Every alarm is late or lost. */
const late = fc
  .array(gap, { minLength: 1, maxLength: 40 })
  .map((gaps) => live(gaps.map((_, i) => gaps.slice(0, i).reduce((sum, each) => sum + each, T0))));

/** Every alarm is on time, with calls in between. */
const prompt = fc
  .array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 })
  .map((parts) => {
    const instants = [T0];
    for (const part of parts) {
      const { now, plan } = live(instants).at(-1) ?? { now: T0, plan: keyPlan([], T0) };
      instants.push(now + Math.floor(part * (plan.nextChange - now)), plan.nextChange);
    }
    return live(instants);
  });

function check(property: fc.Arbitrary<Moment[]>, holds: (moments: Moment[]) => void): void {
  fc.assert(fc.property(property, holds));
}

describe.each([
  ["with alarms that come in time", prompt],
  ["with alarms that come late or never", late],
])("keys %s", (_, moments) => {
  it("signs with one key that was published for the overlap, except for the very first [OIDC-CORE-10.1.1]", () => {
    check(moments, (all) => {
      for (const { now, keys, plan } of all) {
        const signing = keys.find((key) => key.kid === plan.signing);
        expect(signing).toBeDefined();
        expect(plan.published).toContain(plan.signing);
        if (signing && signing.kid !== "key 0") {
          expect(now - signing.publishedAt).toBeGreaterThanOrEqual(OVERLAP);
        }
      }
    });
  });

  it("publishes the key of every token that has not expired [OIDC-CORE-10.1.1/2]", () => {
    check(moments, (all) => {
      for (const { now, plan } of all) {
        const unexpired = all.filter((each) => each.now <= now && now < each.now + MAX_TOKEN_TTL);
        for (const issued of unexpired) expect(plan.published).toContain(issued.plan.signing);
      }
    });
  });

  it("has the key of every ID token whose login may live, published or not [RP-LOGOUT-2/6]", () => {
    check(moments, (all) => {
      for (const { now, keys, plan } of all) {
        const stored = keys.map((key) => key.kid);
        expect([...plan.unpublished, ...plan.published].toSorted()).toEqual(stored.toSorted());
        const alive = all.filter((each) => each.now <= now && now < each.now + HINT_RETENTION);
        for (const issued of alive) expect(stored).toContain(issued.plan.signing);
      }
    });
  });

  it("stores the private part of no key that has stopped signing", () => {
    check(moments, (all) => {
      for (const { now, keys, plan } of all) {
        const able = keys.filter((key) => key.isPrivate && key.signsFrom <= now);
        expect(able.map((key) => key.kid)).toEqual([plan.signing]);
      }
    });
  });

  it("plans no change after a plan was carried out", () => {
    check(moments, (all) => {
      for (const { now, plan } of all) {
        expect(plan).toMatchObject({ create: undefined, deletePrivatePart: [], delete: [] });
        expect(plan.nextChange).toBeGreaterThan(now);
      }
    });
  });

  it("keeps the plan the same until exactly its next change", () => {
    check(moments, (all) => {
      for (const { keys, plan } of all) {
        expect(keyPlan(keys, plan.nextChange - 1)).toEqual(plan);
        expect(keyPlan(keys, plan.nextChange)).not.toEqual(plan);
      }
    });
  });

  it("never signs with a key again after its successor signed", () => {
    check(moments, (all) => {
      const order = all.map(({ plan }) => plan.signing);
      const changes = order.filter((kid, i) => kid !== order[i - 1]);
      expect(new Set(changes).size).toBe(changes.length);
    });
  });

  it("publishes at most three keys and stores few more than one a month", () => {
    const most = Math.ceil(HINT_RETENTION / SIGNING_PERIOD) + 3;
    check(moments, (all) => {
      for (const { keys, plan } of all) {
        expect(plan.published.length).toBeLessThanOrEqual(3);
        expect(keys.length).toBeLessThanOrEqual(most);
      }
    });
  });
});

it("signs with no key longer than SIGNING_PERIOD if alarms are on time", () => {
  check(prompt, (all) => {
    for (const { now, keys, plan } of all) {
      const signing = keys.find((key) => key.kid === plan.signing);
      expect(now - (signing?.signsFrom ?? 0)).toBeLessThan(SIGNING_PERIOD);
    }
  });
});
