import { describe, expect, it } from "vitest";
import {
  keyPlan,
  OVERLAP,
  RETENTION,
  SIGNING_PERIOD,
} from "../../../src/oidc/keys/key-rotation.ts";

const T0 = Date.UTC(2026, 0, 1);
const first = { kid: "first", publishedAt: T0, signsFrom: T0 };
const second = {
  kid: "second",
  publishedAt: T0 + SIGNING_PERIOD - OVERLAP,
  signsFrom: T0 + SIGNING_PERIOD,
};

describe("keyPlan", () => {
  it("creates a first key that signs at once", () => {
    expect(keyPlan([], T0)).toEqual({
      signing: undefined,
      published: [],
      create: { signsFrom: T0 },
      delete: [],
      nextChange: T0,
    });
  });

  it("plans nothing for a new key until its successor is due", () => {
    expect(keyPlan([first], T0 + 1)).toEqual({
      signing: "first",
      published: ["first"],
      create: undefined,
      delete: [],
      nextChange: T0 + SIGNING_PERIOD - OVERLAP,
    });
  });

  it("creates the successor a day before the key stops signing", () => {
    const plan = keyPlan([first], T0 + SIGNING_PERIOD - OVERLAP);
    expect(plan).toMatchObject({
      signing: "first",
      create: { signsFrom: T0 + SIGNING_PERIOD },
    });
  });

  it("publishes a late successor for a day before it signs while the old key signs", () => {
    const late = T0 + 10 * SIGNING_PERIOD;
    expect(keyPlan([first], late)).toMatchObject({
      signing: "first",
      create: { signsFrom: late + OVERLAP },
    });
  });

  it("signs with the old key to the last millisecond of its period", () => {
    const last = keyPlan([first, second], second.signsFrom - 1);
    expect(last).toEqual({
      signing: "first",
      published: ["first", "second"],
      create: undefined,
      delete: [],
      nextChange: second.signsFrom,
    });
    expect(keyPlan([first, second], second.signsFrom).signing).toBe("second");
  });

  it("deletes an old key a day after its last signature", () => {
    const gone = second.signsFrom + RETENTION;
    expect(keyPlan([first, second], gone - 1)).toMatchObject({
      published: ["first", "second"],
      delete: [],
      nextChange: gone,
    });
    expect(keyPlan([first, second], gone)).toMatchObject({
      published: ["second"],
      delete: ["first"],
      nextChange: second.signsFrom + SIGNING_PERIOD - OVERLAP,
    });
  });

  it("makes the same plan for any order of the keys", () => {
    const now = second.signsFrom + 1;
    expect(keyPlan([second, first], now)).toEqual(keyPlan([first, second], now));
  });

  it("signs with the only key after the clock was set back and creates no other", () => {
    expect(keyPlan([first], T0 - 1)).toMatchObject({ signing: "first", create: undefined });
  });
});
