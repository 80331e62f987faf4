import { describe, expect, it } from "vitest";
import { deviceInfoOf } from "../../../src/routes/middleware/device-info.ts";

const from = (userAgent: string, headers: Record<string, string> = {}, cf: CfProperties = {}) =>
  deviceInfoOf(
    new Request("http://localhost/", { headers: { "User-Agent": userAgent, ...headers }, cf }),
  );

describe("deviceInfoOf", () => {
  it("reads the address and the location from the edge", () => {
    const cf = {
      asn: 64496,
      asOrganization: "Example Telecom",
      city: "Graz",
      region: "Styria",
      country: "AT",
      latitude: "47.07",
      longitude: "15.44",
    };
    expect(from("curl/8.5.0", { "CF-Connecting-IP": "203.0.113.7" }, cf)).toMatchObject({
      ip: "203.0.113.7",
      asn: 64496,
      network: "Example Telecom",
      city: "Graz",
      region: "Styria",
      country: "AT",
      latitude: 47.07,
      longitude: 15.44,
    });
  });

  it("reads the browser and the system from the headers", () => {
    const chrome =
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";
    expect(from(chrome)).toEqual({ browser: "Chrome 142", system: "Windows" });
    expect(from(chrome, { "Sec-CH-UA": '"Brave";v="142"' })).toMatchObject({
      browser: "Brave 142",
    });
  });

  it("drops long and malformed location values [ASVS-4.1.3]", () => {
    const cf = { city: "c".repeat(1000), latitude: "north", longitude: "200", country: "Austria" };
    const device = from("x".repeat(10_000), { "CF-Connecting-IP": "Approve this" }, cf);
    expect(device).toEqual({ city: "c".repeat(60) });
  });

  it.each([
    ["controls the direction of text", "Telecom \u202Eevorppa", "Telecom evorppa"],
    ["has several lines", "Telecom\nApprove: now!", "Telecom Approve now"],
    ["is invisible", "\u200B\u00A0", undefined],
  ])("cleans the name of a network that %s", (_, asOrganization, network) => {
    expect(from("", {}, { asOrganization }).network).toBe(network);
  });

  it.each([
    "São Paulo",
    "L’Aquila",
    "Frankfurt (Oder)",
    "Łódź",
    "東京",
    "Saint-Denis",
    "Washington, D.C.",
  ])("keeps the name of the city %s", (city) => {
    expect(from("", {}, { city }).city).toBe(city);
  });
});
