import { describe, expect, it } from "vitest";
import { networkOf, sameNetwork } from "../../src/login/network.ts";

describe("two addresses are of one network", () => {
  it.each([
    ["198.51.100.7", "198.51.100.7"],
    ["2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff"],
    ["2001:DB8:0001:2::", "2001:db8:1:2::9"],
    ["::1", "::2"],
    ["::ffff:198.51.100.7", "198.51.100.7"],
    ["2001:db8::7", "2001:db8:0:0:1::"],
  ])("%s and %s", (a, b) => {
    expect(sameNetwork(a, b)).toBe(true);
    expect(sameNetwork(b, a)).toBe(true);
  });
});

describe("two addresses are not of one network", () => {
  it.each([
    ["198.51.100.7", "198.51.100.8"],
    ["2001:db8:1:2::1", "2001:db8:1:3::1"],
    ["2001:db8::1", "198.51.100.7"],
    [undefined, undefined],
    ["unknown", "unknown"],
    ["", ""],
    ["1:2:3", "1:2:3"],
    ["1::2::3", "1::2::3"],
    ["1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8:9"],
    ["1:2:3:4:5:6:7:12345", "1:2:3:4:5:6:7:12345"],
  ])("%s and %s", (a, b) => {
    expect(sameNetwork(a, b)).toBe(false);
  });
});

it("an IPv6 network is named by its first 64 bits", () => {
  expect(networkOf("2001:db8:1::5")).toBe("2001:db8:1:0");
});
