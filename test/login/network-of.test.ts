import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { networkOf } from "../../src/login/network-of.ts";

describe("the network of an address", () => {
  it.each([
    ["203.0.113.7", "203.0.113.7"],
    ["::ffff:203.0.113.7", "203.0.113.7"],
    ["2001:db8:6:7:8:9:a:b", "2001:db8:6:7::/64"],
    ["2001:db8:6:7::b", "2001:db8:6:7::/64"],
    ["2001:0DB8:0006:0007::b", "2001:db8:6:7::/64"],
    ["2001:db8::b", "2001:db8:0:0::/64"],
    ["2001:db8::8:9:a:b", "2001:db8:0:0::/64"],
    ["2001:db8::7:8:9:a:b", "2001:db8:0:7::/64"],
    ["::1", "0:0:0:0::/64"],
    ["unknown", "unknown"],
  ])("%s is in %s", (ip, network) => {
    expect(networkOf(ip)).toBe(network);
  });

  it("is the same for every way to write an IPv6 address, and for all that share its first half", () => {
    const group = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff }));
    const half = fc.tuple(group, group, group, group);
    fc.assert(
      fc.property(half, half, half, (network, one, other) => {
        const full = [...network, ...one].map((part) => part.toString(16).padStart(4, "0"));
        const url = new URL(`http://[${[...network, ...other].map(hex).join(":")}]/`);
        const shortest = url.hostname.slice(1, -1);
        expect(networkOf(shortest)).toBe(networkOf(full.join(":")));
        expect(networkOf(shortest)).toBe(`${network.map(hex).join(":")}::/64`);
      }),
    );
  });
});

const hex = (part: number) => part.toString(16);
