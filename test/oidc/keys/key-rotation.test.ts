import { describe, expect, it } from "vitest";
import { keyPlan, OVERLAP, RETENTION, SIGNING_PERIOD } from "../../../src/oidc/keys/key-rotation.ts";

const T0 = Date.UTC(2026, 0, 1);
const first = { kid: "first", publishedAt: T0, signsFrom: T0 };
const second = {
  kid: "second",
  publishedAt: T0 + SIGNING_PERIOD - OVERLAP,
  signsFrom: T0 + SIGNING_PERIOD,
};

describe("keyPlan", () => {
  it("no key: one is made, and signs at once", () => {
    expect(keyPlan([], T0)).toEqual({
      signing: undefined,
      published: [],
      create: { signsFrom: T0 },
      delete: [],
      nextChange: T0,
    });
  });

  it("a young key: nothing to do until its successor is due", () => {
    expect(keyPlan([first], T0 + 1)).toEqual({
      signing: "first",
      published: ["first"],
      create: undefined,
      delete: [],
      nextChange: T0 + SIGNING_PERIOD - OVERLAP,
    });
  });

  it("a day before the key's time is over: its successor is made, to sign when it is", () => {
    const plan = keyPlan([first], T0 + SIGNING_PERIOD - OVERLAP);
    expect(plan).toMatchObject({
      signing: "first",
      create: { signsFrom: T0 + SIGNING_PERIOD },
    });
  });

  it("a successor that is made late is published as long before it signs, and the old key goes on", () => {
    const late = T0 + 10 * SIGNING_PERIOD;
    expect(keyPlan([first], late)).toMatchObject({
      signing: "first",
      create: { signsFrom: late + OVERLAP },
    });
  });

  it("a successor that is published: the old key signs to the last millisecond", () => {
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

  it("an old key stays published for a day after its last signature, and is deleted then", () => {
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

  it("the order in which keys are told makes no difference", () => {
    const now = second.signsFrom + 1;
    expect(keyPlan([second, first], now)).toEqual(keyPlan([first, second], now));
  });

  it("a clock that was set back: the only key signs all the same, and no other is made", () => {
    expect(keyPlan([first], T0 - 1)).toMatchObject({ signing: "first", create: undefined });
  });
});
