import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  disclosedPlace,
  disclosedReasons,
  disclosedScreen,
  roundedDistance,
} from "../../../src/login-session/domain/disclosure.ts";
import type { DeviceInfo } from "../../../src/login-session/domain/device-info.ts";

const SCREEN: DeviceInfo = {
  browser: "Firefox 145",
  system: "Linux",
  ip: "2001:db8:1:2::aaaa",
  asn: 8447,
  network: "A1 Telekom Austria AG",
  city: "Graz",
  region: "Styria",
  country: "AT",
  latitude: 47.0707,
  longitude: 15.4395,
};

const ROUNDED = { latitude: 47.1, longitude: 15.4 };
const { ip, asn, network, ...OPEN } = { ...SCREEN, ...ROUNDED };

describe("disclosedScreen", () => {
  it("hides the IP address and network of the screen from a phone in another network", () => {
    const phone = { ip: "2001:db8:1:3::1", asn: 3320 };
    expect(disclosedScreen(SCREEN, phone)).toEqual(OPEN);
    expect(disclosedScreen(SCREEN, {})).toEqual(OPEN);
    expect(disclosedScreen({ ...SCREEN, ip: "203.0.113.7" }, { ip: "203.0.113.8" })).toEqual(OPEN);
  });

  it("shows the IP address of the screen to a phone in the same IPv6 /64 or at the same IPv4 address", () => {
    expect(disclosedScreen(SCREEN, { ip: "2001:db8:1:2::1" })).toEqual({ ...OPEN, ip });
    const ipv4 = { ...SCREEN, ip: "203.0.113.7" };
    expect(disclosedScreen(ipv4, { ip: "203.0.113.7" })).toEqual({ ...OPEN, ip: "203.0.113.7" });
  });

  it("shows no IP address if neither address is known", () => {
    expect(disclosedScreen({}, {})).toEqual({});
    expect(disclosedScreen({ ip: "unreadable" }, { ip: "unreadable" })).toEqual({});
  });

  it("shows the network of the screen to a phone in the same network", () => {
    expect(disclosedScreen(SCREEN, { asn: 8447 })).toEqual({ ...OPEN, asn, network });
  });

  it("shows the network of a data centre to every phone", () => {
    const rented = { ...SCREEN, asn: 24940, network: "Hetzner Online GmbH" };
    const named = { asn: 24940, network: "Hetzner Online GmbH" };
    expect(disclosedScreen(rented, {})).toEqual({ ...OPEN, ...named });
  });

  it("rounds the coordinates of the screen, and shows none if one of them is missing", () => {
    expect(disclosedScreen(SCREEN, SCREEN)).toMatchObject(ROUNDED);
    expect(disclosedPlace({ latitude: 47.0707 })).toEqual({});
  });

  const degrees = fc.double({ min: -89, max: 89, noNaN: true });

  it("discloses the same location for all screens in one cell of the grid", () => {
    fc.assert(
      fc.property(
        degrees,
        degrees,
        fc.double({ min: -0.04, max: 0.04, noNaN: true }),
        (a, b, d) => {
          const cell = { latitude: Math.round(a * 10) / 10, longitude: Math.round(b * 10) / 10 };
          const exact = { latitude: cell.latitude + d, longitude: cell.longitude - d };
          const shown = disclosedScreen({ ...SCREEN, ...exact, ip: "203.0.113.7" }, {});
          expect(shown).toEqual(disclosedScreen({ ...SCREEN, ...cell, ip: "203.0.113.9" }, {}));
        },
      ),
    );
  });
});

describe("disclosedReasons", () => {
  it("rounds the distance in a reason, and changes no other reason", () => {
    expect(
      disclosedReasons([
        { code: "far_apart", km: 1609 },
        { code: "distance", km: 27 },
        { code: "another_country", screen: "RU", phone: "DE" },
      ]),
    ).toEqual([
      { code: "far_apart", km: 1600 },
      { code: "distance", km: 30 },
      { code: "another_country", screen: "RU", phone: "DE" },
    ]);
  });

  it.each([
    [0, 10],
    [4, 10],
    [14, 10],
    [95, 100],
    [145, 150],
    [504, 500],
    [997, 1000],
    [1609, 1600],
    [20_015, 20_000],
  ])("rounds a distance of %i km to %i km", (km, shown) => {
    expect(roundedDistance(km)).toBe(shown);
  });

  it("never discloses a difference of less than 5 km between two distances", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2003 }), (tens) => {
        expect(roundedDistance(roundedDistance(tens * 10))).toBe(roundedDistance(tens * 10));
        expect(roundedDistance(tens * 10 + 4)).toBe(roundedDistance(tens * 10));
      }),
    );
  });
});
