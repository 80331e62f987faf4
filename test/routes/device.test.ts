import { describe, expect, it } from "vitest";
import { deviceOf } from "../../src/routes/device.ts";

const from = (userAgent: string, headers: Record<string, string> = {}, cf: CfProperties = {}) =>
  deviceOf(
    new Request("http://localhost/", { headers: { "User-Agent": userAgent, ...headers }, cf }),
  );

describe("what a request tells of the device that sent it", () => {
  it.each([
    [
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15",
      "Safari 26",
      "macOS",
    ],
    [
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
      "Microsoft Edge 142",
      "Windows",
    ],
    [
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1",
      "Safari 26",
      "iOS 18.6",
    ],
    [
      "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
      "Firefox 145",
      "Linux",
    ],
  ])(
    "is the browser and the system, and no version that is not true: %s",
    (userAgent, browser, system) => {
      expect(from(userAgent)).toMatchObject({ browser, system });
    },
  );

  it("is the address and the place that the edge saw", () => {
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

  it("is never endless, and never something that isn't there", () => {
    const told = from("x".repeat(10_000), {}, { city: "c".repeat(1000), latitude: "north" });
    for (const value of Object.values(told)) expect(String(value).length).toBeLessThanOrEqual(100);
    expect(told).not.toHaveProperty("latitude");
    expect(told).not.toHaveProperty("ip");
  });
});
