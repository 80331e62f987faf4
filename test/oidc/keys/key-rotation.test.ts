import { describe, expect, it } from "vitest";
import {
  HINT_RETENTION,
  keyPlan,
  OVERLAP,
  RETENTION,
  SIGNING_PERIOD,
} from "../../../src/oidc/keys/key-rotation.ts";

const T0 = Date.UTC(2026, 0, 1);
const first = { kid: "first", publishedAt: T0, signsFrom: T0, isPrivate: true };
/** The first key after it has stopped signing. */
const retired = { ...first, isPrivate: false };
const second = {
  kid: "second",
  publishedAt: T0 + SIGNING_PERIOD - OVERLAP,
  signsFrom: T0 + SIGNING_PERIOD,
  isPrivate: true,
};

describe("keyPlan", () => {
  it("creates a first key that signs at once", () => {
    expect(keyPlan([], T0)).toEqual({
      signing: undefined,
      published: [],
      unpublished: [],
      create: { signsFrom: T0 },
      deletePrivatePart: [],
      delete: [],
      nextChange: T0,
    });
  });

  it("plans nothing for a new key until its successor is due", () => {
    expect(keyPlan([first], T0 + 1)).toEqual({
      signing: "first",
      published: ["first"],
      unpublished: [],
      create: undefined,
      deletePrivatePart: [],
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
      unpublished: [],
      create: undefined,
      deletePrivatePart: [],
      delete: [],
      nextChange: second.signsFrom,
    });
    expect(keyPlan([first, second], second.signsFrom).signing).toBe("second");
  });

  it("deletes the private part of a key when its successor signs", () => {
    expect(keyPlan([first, second], second.signsFrom)).toMatchObject({
      signing: "second",
      published: ["first", "second"],
      deletePrivatePart: ["first"],
      nextChange: second.signsFrom + RETENTION,
    });
    expect(keyPlan([retired, second], second.signsFrom).deletePrivatePart).toEqual([]);
  });

  it("stops publishing a key a day after its last signature", () => {
    const withdrawn = second.signsFrom + RETENTION;
    expect(keyPlan([retired, second], withdrawn - 1)).toMatchObject({
      published: ["first", "second"],
      unpublished: [],
      nextChange: withdrawn,
    });
    expect(keyPlan([retired, second], withdrawn)).toMatchObject({
      published: ["second"],
      unpublished: ["first"],
      delete: [],
      nextChange: second.signsFrom + SIGNING_PERIOD - OVERLAP,
    });
  });

  it("deletes a key when no login of its last ID token can live", () => {
    const third = { ...second, kid: "third", signsFrom: second.signsFrom + HINT_RETENTION };
    const gone = second.signsFrom + HINT_RETENTION;
    expect(keyPlan([retired, second, third], gone - 1)).toMatchObject({
      unpublished: ["first"],
      delete: [],
      nextChange: gone,
    });
    expect(keyPlan([retired, second, third], gone)).toMatchObject({
      published: ["second", "third"],
      unpublished: [],
      delete: ["first"],
    });
  });

  it("signs only with a key that has its private part", () => {
    expect(keyPlan([retired, second], second.signsFrom - 1).signing).toBe("second");
    expect(keyPlan([retired], T0 + 1)).toMatchObject({
      signing: undefined,
      create: { signsFrom: T0 + 1 },
      delete: [],
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
