import { describe, expect, it } from "vitest";
import { DEFAULT_POLICY, type Policy } from "../../../../src/login-session/domain/risk/policy.ts";
import {
  assessRisk,
  type RiskContext,
  type LoginHistory,
} from "../../../../src/login-session/domain/risk/assess-risk.ts";
import type { DeviceInfo } from "../../../../src/login-session/domain/device-info.ts";

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

describe("assessRisk by default", () => {
  it.each<[string, Partial<RiskContext>, string, object[]]>([
    ["two devices in one room", {}, "allow", [{ code: "same_city" }, { code: "same_network" }]],
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
      "a screen in a data centre",
      { screen: RENTED },
      "verify",
      [
        { code: "distance", km: 145 },
        { code: "hosting_network", network: "Hetzner Online GmbH" },
      ],
    ],
    [
      "two devices behind one VPN",
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
      "two devices behind Tor",
      { screen: TOR, phone: { country: "T1" } },
      "verify",
      [{ code: "place_unknown" }, { code: "anonymous_network" }, { code: "new_device" }],
    ],
    ["a phone without a location", { phone: {} }, "verify", [{ code: "place_hidden" }]],
    [
      "a screen without a location",
      { screen: {}, history: { known: [{}], logins: 1 } },
      "verify",
      [{ code: "place_hidden" }],
    ],
    [
      "a screen of which only the country is known",
      { screen: { country: "AT" } },
      "verify",
      [{ code: "place_hidden" }],
    ],
    [
      "two devices without a location",
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
      "two wrong codes, as from a poor camera",
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
      "a repeated scan",
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
      "requires more for each reason that the policy lists",
      { verify: ["new_device"] },
      { history: { known: [{ country: "SE" }], logins: 1 } },
      "verify",
    ],
    ["allows a reason that the policy doesn't list", { verify: [] }, { screen: MOSCOW }, "allow"],
    [
      "blocks a reason that the policy blocks",
      { block: ["another_country"] },
      { screen: MOSCOW },
      "block",
    ],
    [
      "blocks a reason that the policy lists for both",
      { verify: ["far_apart"], block: ["far_apart"] },
      { screen: MOSCOW },
      "block",
    ],
    [
      "applies the distance of the policy",
      { maxDistance: 100, verify: ["far_apart"] },
      { phone: VIENNA },
      "verify",
    ],
    [
      "allows exactly the distance of the policy",
      { maxDistance: 145, verify: ["far_apart"] },
      { phone: VIENNA },
      "allow",
    ],
    ["allows the networks of the policy", { networks: [8447] }, {}, "allow"],
    ["blocks all networks but those of the policy", { networks: [12389] }, {}, "block"],
    [
      "blocks a screen without a network if the policy lists networks",
      { networks: [8447] },
      { screen: {}, phone: {} },
      "block",
    ],
  ])("%s", (_, policy, change, verdict) => {
    expect(assessRisk(situation(change, policy)).verdict).toBe(verdict);
  });
});

describe("a new device", () => {
  const seen = (browser: string, system: string) =>
    assessRisk(
      situation({
        screen: { ...GRAZ, browser: "Firefox 140", system: "Android 14" },
        history: { known: [{ browser, system, country: "AT" }], logins: 1 },
      }),
    ).reasons.some(({ code }) => code === "new_device");

  it("recognises a device whose browser was updated", () => {
    expect(seen("Firefox 139", "Android 14")).toBe(false);
    expect(seen("Firefox 140", "Android 15")).toBe(false);
  });

  it("treats another browser or system as a new device [RFC10027-6.1.7]", () => {
    expect(seen("Chrome 140", "Android 14")).toBe(true);
    expect(seen("Firefox 140", "Windows")).toBe(true);
  });

  it("treats a device from another country as new", () => {
    const history = { known: [{ country: "SE" }], logins: 1 };
    expect(assessRisk(situation({ history })).reasons).toContainEqual({ code: "new_device" });
  });

  it("measures the distance of the devices and not that to a border", () => {
    expect(assessRisk(situation({ phone: INNSBRUCK })).reasons).toContainEqual({
      code: "distance",
      km: 307,
    });
  });
});
