import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  assessedFor,
  reassessAfterAttempt,
} from "../../../../src/login-session/domain/risk/matching-and-step-up.ts";
import { kilometresBetween } from "../../../../src/login-session/domain/risk/location.ts";
import { DEFAULT_POLICY, type Policy } from "../../../../src/login-session/domain/risk/policy.ts";
import { REASON_CODES, type Reason } from "../../../../src/protocol/risk.ts";
import { assessRisk, verdictOf } from "../../../../src/login-session/domain/risk/assess-risk.ts";
import type { DeviceInfo } from "../../../../src/login-session/domain/device-info.ts";
import type { ScannedSession } from "../../../../src/login-session/domain/session.ts";
import { ADA, DRAWN, sessionAfter } from "../sessions.ts";

const coordinates = fc.record({
  latitude: fc.double({ min: -90, max: 90, noNaN: true }),
  longitude: fc.double({ min: -180, max: 180, noNaN: true }),
});

const device: fc.Arbitrary<DeviceInfo> = fc
  .tuple(
    fc.record(
      {
        ip: fc.constantFrom("192.0.2.1", "198.51.100.7", "2001:db8::1", "2001:db8:1::1"),
        asn: fc.constantFrom(8447, 24940, 12389),
        city: fc.constantFrom("Graz", "Oslo"),
        country: fc.constantFrom("AT", "NO", "T1", "XX"),
      },
      { requiredKeys: [] },
    ),
    fc.option(coordinates, { nil: {} }),
  )
  .map(([told, place]) => ({ ...told, ...place }));

const codes = fc.subarray([...REASON_CODES]);

const policy: fc.Arbitrary<Policy> = fc
  .record({
    matching: fc.constantFrom("off", "on_risk", "always"),
    stepUp: fc.constantFrom("off", "on_risk", "always"),
    matchingBy: fc.constantFrom("phone", "screen"),
    verify: codes,
    block: codes,
    maxDistance: fc.integer({ min: 0, max: 20_038 }),
    networks: fc.subarray([8447, 12389]),
  })
  .map((said) => ({ ...DEFAULT_POLICY, ...said }));

const attempts = fc.record({ wrongCodes: fc.nat(10), repeats: fc.nat(10) });
const history = fc.record({ known: fc.array(fc.constant({ country: "AT" })), logins: fc.nat(3) });
const situation = fc.record({ screen: device, phone: device, history, attempts, policy });

const reason = fc.constantFrom(...REASON_CODES).map((code) => ({ code }) as Reason);
const reasons = fc.array(reason, { maxLength: 6 });

const SEVERITY = { allow: 0, verify: 1, block: 2 };
const holds = <Arguments extends [unknown, ...unknown[]]>(
  ...property: [
    ...{ [I in keyof Arguments]: fc.Arbitrary<Arguments[I]> },
    (...args: Arguments) => boolean,
  ]
) => fc.assert(fc.property(...property), { numRuns: 1000 });

describe("verdictOf", () => {
  it("never lowers the decision because of another reason [RFC10027-2]", () => {
    holds(reasons, reasons, policy, (some, more, by) => {
      const before = verdictOf(some, by);
      return SEVERITY[verdictOf([...some, ...more], by)] >= SEVERITY[before];
    });
  });

  it("blocks if one reason is blocked, whatever the other reasons are", () => {
    holds(reasons, reason, policy, (some, blocking, by) => {
      const strict = { ...by, block: [blocking.code] };
      return verdictOf([...some, blocking], strict) === "block";
    });
  });

  it("never gives a milder verdict for a stricter policy", () => {
    holds(situation, codes, (one, more) => {
      const stricter = { ...one.policy, verify: [...one.policy.verify, ...more] };
      const [before, after] = [assessRisk(one), assessRisk({ ...one, policy: stricter })];
      return SEVERITY[after.verdict] >= SEVERITY[before.verdict];
    });
  });
});

describe("assessRisk", () => {
  it("always gives a reason about the distance, and each reason once", () => {
    const ofPlace = [
      "same_city",
      "distance",
      "far_apart",
      "place_hidden",
      "place_unknown",
      "another_country",
    ];
    holds(situation, (one) => {
      const found = assessRisk(one).reasons.map(({ code }) => code);
      return found.some((code) => ofPlace.includes(code)) && new Set(found).size === found.length;
    });
  });

  it("never treats a hidden location as a near one [RFC10027-6.1.1]", () => {
    holds(situation, device, (one, { ip }) => {
      const hidden = assessRisk({ ...one, phone: ip === undefined ? {} : { ip } }).reasons;
      return !hidden.some(({ code }) => code === "same_city" || code === "distance");
    });
  });

  it("finds the same distance whichever device is the screen", () => {
    holds(situation, (one) => {
      const far = (situation: typeof one) =>
        assessRisk(situation).reasons.filter(({ code }) =>
          ["distance", "far_apart"].includes(code),
        );
      const turned = { ...one, screen: one.phone, phone: one.screen };
      return JSON.stringify(far(one)) === JSON.stringify(far(turned));
    });
  });
});

describe("kilometresBetween", () => {
  it("gives the same distance both ways, and at most half the Earth's circumference", () => {
    holds(coordinates, coordinates, (a, b) => {
      const km = kilometresBetween(a, b);
      return km === kilometresBetween(b, a) && km >= 0 && km <= 20_016;
    });
  });

  it("gives no distance to the same place, and obeys the triangle inequality", () => {
    holds(coordinates, coordinates, coordinates, (a, b, c) => {
      const detour = kilometresBetween(a, b) + kilometresBetween(b, c);
      // Each of the three is rounded.
      return kilometresBetween(a, a) === 0 && kilometresBetween(a, c) <= detour + 2;
    });
  });

  it("gives the known distances between cities", () => {
    const [berlin, sydney] = [
      { latitude: 52.52, longitude: 13.405 },
      { latitude: -33.8688, longitude: 151.2093 },
    ];
    expect(kilometresBetween(berlin, sydney)).toBe(16_094);
    const [fiji, samoa] = [
      { latitude: -17.8, longitude: 179.9 },
      { latitude: -17.8, longitude: -179.9 },
    ];
    expect(kilometresBetween(fiji, samoa)).toBe(21);
  });
});

describe("assessedFor", () => {
  const scanned = sessionAfter("scan") as ScannedSession;
  const looked = (by: Policy, phone: DeviceInfo, screen: DeviceInfo) =>
    assessedFor({ ...scanned, policy: by, screen }, { ...ADA, device: phone }, DRAWN);

  it("requires nothing if the policy is off", () => {
    holds(policy, device, device, (by, phone, screen) => {
      const off = { ...by, matching: "off", stepUp: "off" } as const;
      const { assessed } = looked(off, phone, screen).claim;
      return assessed?.match === undefined && assessed?.stepUp === undefined;
    });
  });

  it("requires everything if the policy is always, and the same on risk if the verdict is verify", () => {
    holds(policy, device, device, (by, phone, screen) => {
      const { assessed } = looked(by, phone, screen).claim;
      const isAsked = (demand: string) =>
        demand === "always" || (demand === "on_risk" && assessed?.verdict === "verify");
      return (
        (assessed?.match !== undefined) === isAsked(by.matching) &&
        (assessed?.stepUp === true) === isAsked(by.stepUp)
      );
    });
  });

  it("never requires less after the code was tried again", () => {
    holds(policy, device, device, attempts, (by, phone, screen, tried) => {
      const before = looked(by, phone, screen);
      const after = reassessAfterAttempt({ ...before, ...tried }, DRAWN);
      const [a, b] = [before.claim.assessed, after.claim.assessed];
      if (!a || !b) return false;
      return (
        SEVERITY[b.verdict] >= SEVERITY[a.verdict] &&
        (a.match === undefined || a.match === b.match) &&
        (a.stepUp !== true || b.stepUp === true)
      );
    });
  });
});
