import { describe, expect, it } from "vitest";
import { DEFAULT_POLICY, type Policy } from "../../../src/login-session/domain/risk/policy.ts";
import {
  assessRisk,
  type RiskContext,
  type LoginHistory,
} from "../../../src/login-session/domain/risk/assess-risk.ts";
import type { DeviceInfo } from "../../../src/login-session/domain/device-info.ts";

const GRAZ: DeviceInfo = {
  ip: "198.51.100.7",
  asn: 8447,
  city: "Graz",
  region: "Styria",
  country: "AT",
  latitude: 47.07,
  longitude: 15.44,
};
const VIENNA: DeviceInfo = {
  ...GRAZ,
  ip: "203.0.113.9",
  city: "Vienna",
  region: "Vienna",
  latitude: 48.21,
  longitude: 16.37,
};
const INNSBRUCK: DeviceInfo = { ...VIENNA, city: "Innsbruck", latitude: 47.27, longitude: 11.39 };
const MOSCOW: DeviceInfo = {
  ip: "192.0.2.44",
  asn: 12389,
  city: "Moscow",
  country: "RU",
  latitude: 55.75,
  longitude: 37.62,
};
const RENTED: DeviceInfo = { ...VIENNA, asn: 24940, network: "Hetzner Online GmbH" };
const TOR: DeviceInfo = { ip: "192.0.2.66", asn: 60729, country: "T1" };

const KNOWN: LoginHistory = { known: [{ country: "AT" }], logins: 1 };

function situation(change: Partial<RiskContext> = {}, policy: Partial<Policy> = {}): RiskContext {
  return {
    screen: GRAZ,
    phone: GRAZ,
    history: KNOWN,
    attempts: { wrongCodes: 0, repeats: 0 },
    policy: { ...DEFAULT_POLICY, ...policy },
    ...change,
  };
}

describe("by default", () => {
  it.each<[string, Partial<RiskContext>, string, object[]]>([
    ["both in one room", {}, "allow", [{ code: "same_city" }, { code: "same_network" }]],
    [
      "two cities of one country [RFC10027-2/2]",
      { phone: VIENNA },
      "allow",
      [{ code: "distance", km: 145 }],
    ],
    [
      "another country",
      { screen: MOSCOW },
      "verify",
      [
        { code: "another_country", screen: "RU", phone: "AT" },
        { code: "far_apart", km: 1804 },
        { code: "new_device" },
      ],
    ],
    [
      "another country, just across the border",
      { phone: { ...GRAZ, ip: "192.0.2.1", city: "Maribor", country: "SI", latitude: 46.56 } },
      "verify",
      [
        { code: "another_country", screen: "AT", phone: "SI" },
        { code: "distance", km: 57 },
      ],
    ],
    [
      "a rented machine",
      { screen: RENTED },
      "verify",
      [
        { code: "distance", km: 145 },
        { code: "hosting_network", network: "Hetzner Online GmbH" },
      ],
    ],
    [
      "both behind one VPN",
      { screen: RENTED, phone: RENTED },
      "allow",
      [{ code: "same_city" }, { code: "same_network" }],
    ],
    [
      "a screen behind Tor",
      { screen: TOR },
      "verify",
      [{ code: "place_hidden" }, { code: "anonymous_network" }, { code: "new_device" }],
    ],
    [
      "both behind Tor, which says nothing of either",
      { screen: TOR, phone: { country: "T1" } },
      "verify",
      [{ code: "place_unknown" }, { code: "anonymous_network" }, { code: "new_device" }],
    ],
    ["a phone that tells no place", { phone: {} }, "verify", [{ code: "place_hidden" }]],
    [
      "a screen that tells no place",
      { screen: {}, history: { known: [{}], logins: 1 } },
      "verify",
      [{ code: "place_hidden" }],
    ],
    [
      "a screen that tells a country alone",
      { screen: { country: "AT" } },
      "verify",
      [{ code: "place_hidden" }],
    ],
    [
      "nobody who tells a place",
      { screen: {}, phone: {}, history: { known: [{}], logins: 1 } },
      "allow",
      [{ code: "place_unknown" }],
    ],
    [
      "an account without history",
      { history: { known: [], logins: 0 } },
      "allow",
      [{ code: "same_city" }, { code: "same_network" }, { code: "first_login" }],
    ],
    [
      "two wrong codes, which a poor camera makes",
      { attempts: { wrongCodes: 2, repeats: 0 } },
      "allow",
      [{ code: "same_city" }, { code: "same_network" }],
    ],
    [
      "three wrong codes",
      { attempts: { wrongCodes: 3, repeats: 0 } },
      "verify",
      [{ code: "same_city" }, { code: "same_network" }, { code: "many_tries", count: 3 }],
    ],
    [
      "a code that came again",
      { attempts: { wrongCodes: 1, repeats: 1 } },
      "allow",
      [{ code: "same_city" }, { code: "same_network" }, { code: "code_repeated", count: 1 }],
    ],
  ])("gives the default decision for %s", (_, change, verdict, reasons) => {
    expect(assessRisk(situation(change))).toEqual({ verdict, reasons });
  });
});

describe("a client's policy", () => {
  it.each<[string, Partial<Policy>, Partial<RiskContext>, string]>([
    [
      "asks for more by any reason that it lists",
      { verify: ["new_device"] },
      { history: { known: [{ country: "SE" }], logins: 1 } },
      "verify",
    ],
    ["lets pass what it doesn't list", { verify: [] }, { screen: MOSCOW }, "allow"],
    [
      "refuses what it lists to be blocked",
      { block: ["another_country"] },
      { screen: MOSCOW },
      "block",
    ],
    [
      "refuses what it lists twice",
      { verify: ["far_apart"], block: ["far_apart"] },
      { screen: MOSCOW },
      "block",
    ],
    [
      "says how far is far",
      { maxDistance: 100, verify: ["far_apart"] },
      { phone: VIENNA },
      "verify",
    ],
    [
      "takes what is just near enough",
      { maxDistance: 145, verify: ["far_apart"] },
      { phone: VIENNA },
      "allow",
    ],
    ["names its networks, and takes those", { networks: [8447] }, {}, "allow"],
    ["names its networks, and no others", { networks: [12389] }, {}, "block"],
    [
      "names its networks, and takes nobody without one",
      { networks: [8447] },
      { screen: {}, phone: {} },
      "block",
    ],
  ])("%s", (_, policy, change, verdict) => {
    expect(assessRisk(situation(change, policy)).verdict).toBe(verdict);
  });
});

describe("a device that is new", () => {
  const seen = (browser: string, system: string) =>
    assessRisk(
      situation({
        screen: { ...GRAZ, browser: "Firefox 140", system: "Android 14" },
        history: { known: [{ browser, system, country: "AT" }], logins: 1 },
      }),
    ).reasons.some(({ code }) => code === "new_device");

  it("isn't one whose browser was updated", () => {
    expect(seen("Firefox 139", "Android 14")).toBe(false);
    expect(seen("Firefox 140", "Android 15")).toBe(false);
  });

  it("treats another browser or system as a new device [RFC10027-6.1.7]", () => {
    expect(seen("Chrome 140", "Android 14")).toBe(true);
    expect(seen("Firefox 140", "Windows")).toBe(true);
  });

  it("is one from another country", () => {
    const history = { known: [{ country: "SE" }], logins: 1 };
    expect(assessRisk(situation({ history })).reasons).toContainEqual({ code: "new_device" });
  });

  it("is far or near by where the two are, never by how close a border is", () => {
    expect(assessRisk(situation({ phone: INNSBRUCK })).reasons).toContainEqual({
      code: "distance",
      km: 307,
    });
  });
});
