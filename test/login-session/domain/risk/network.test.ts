import { describe, expect, it } from "vitest";
import {
  countedNetworks,
  networkOf,
  networksOf,
  sameNetwork,
} from "../../../../src/login-session/domain/risk/network.ts";

describe("addresses in one network", () => {
  it.each([
    ["198.51.100.7", "198.51.100.7"],
    ["2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff"],
    ["2001:DB8:0001:2::", "2001:db8:1:2::9"],
    ["::1", "::2"],
    ["::ffff:198.51.100.7", "198.51.100.7"],
    ["::ffff:c633:6407", "198.51.100.7"],
    ["0:0:0:0:0:FFFF:198.51.100.7", "198.51.100.7"],
    ["2001:db8::7", "2001:db8:0:0:1::"],
  ])("%s and %s", (a, b) => {
    expect(sameNetwork(a, b)).toBe(true);
    expect(sameNetwork(b, a)).toBe(true);
  });
});

describe("addresses in different networks", () => {
  it.each([
    ["198.51.100.7", "198.51.100.8"],
    ["2001:db8:1:2::1", "2001:db8:1:3::1"],
    ["2001:db8::1", "198.51.100.7"],
    [undefined, undefined],
    ["unknown", "unknown"],
    ["", ""],
    ["1:2:3", "1:2:3"],
    ["198.51.100.256", "198.51.100.256"],
    ["198.51.100", "198.51.100"],
    ["198.51.100.7::", "198.51.100.7::"],
    ["1:2:3:4:5:6:7:198.51.100.7", "1:2:3:4:5:6:7:198.51.100.7"],
    ["1::2::3", "1::2::3"],
    ["1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8:9"],
    ["1:2:3:4:5:6:7:12345", "1:2:3:4:5:6:7:12345"],
  ])("%s and %s", (a, b) => {
    expect(sameNetwork(a, b)).toBe(false);
  });
});

it("names an IPv6 network by its first 64 bits", () => {
  expect(networkOf("2001:db8:1::5")).toBe("2001:db8:1:0");
});

describe("the networks of an address", () => {
  it.each([
    ["198.51.100.7", ["198.51.100.7/32", "198.51.100.0/24"]],
    ["::ffff:c633:6407", ["198.51.100.7/32", "198.51.100.0/24"]],
    ["2001:DB8:1:0a0b::5", ["2001:db8:1:a0b::/64", "2001:db8:1:a00::/56", "2001:db8:1::/48"]],
    ["2001:db8::1", ["2001:db8:0:0::/64", "2001:db8:0:0::/56", "2001:db8:0::/48"]],
    ["64:ff9b::198.51.100.7", ["64:ff9b:0:0::/64", "64:ff9b:0:0::/56", "64:ff9b:0::/48"]],
  ])("lists the counted prefixes of the address %s", (address, expected) => {
    expect(networksOf(address).map(({ cidr }) => cidr)).toEqual(expected);
    expect(countedNetworks(address)).toEqual(networksOf(address));
  });

  it.each([undefined, "", "nonsense", "198.51.100.256"])(
    "counts a request whose address is %s together with all other requests without an address",
    (address) => {
      expect(networksOf(address)).toEqual([]);
      expect(countedNetworks(address)).toEqual([{ cidr: "unknown", length: 32 }]);
    },
  );
});
