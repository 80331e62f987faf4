import { env } from "cloudflare:workers";
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { dataPoint } from "../../src/telemetry/data-point.ts";
import type { EventDetail, OperatorEvent } from "../../src/telemetry/event.ts";
import { logLine } from "../../src/telemetry/log-line.ts";
import { report } from "../../src/telemetry/report.ts";
import type { DeviceInfo } from "../../src/login-session/domain/device-info.ts";

const SCREEN: DeviceInfo = {
  browser: "Firefox 140",
  system: "Linux",
  ip: "198.51.100.7",
  asn: 64500,
  network: "Example Broadband",
  city: "Graz",
  region: "Styria",
  country: "AT",
  latitude: 47.07,
  longitude: 15.44,
};
const PHONE: DeviceInfo = { ...SCREEN, country: "DE", asn: 64501, network: "Example Mobile" };

const REFUSED: OperatorEvent = {
  type: "session_refused",
  client: "shop",
  session: "the-session",
  why: "risk_blocked",
  verdict: "block",
  reasons: [{ code: "another_country" }, { code: "hosting_network" }],
  screen: SCREEN,
  phone: PHONE,
};

const SAID = {
  event: "session_refused",
  client: "shop",
  why: "risk_blocked",
  verdict: "block",
  reasons: ["another_country", "hosting_network"],
};
const COLUMNS = [
  ...["session_refused", "shop", "risk_blocked", "block"],
  "another_country hosting_network",
];

describe("an event", () => {
  it.each<[EventDetail, object]>([
    ["none", SAID],
    [
      "country",
      { ...SAID, session: "the-session", screen: { country: "AT" }, phone: { country: "DE" } },
    ],
    [
      "network",
      {
        ...SAID,
        session: "the-session",
        screen: { country: "AT", asn: 64500, network: "Example Broadband" },
        phone: { country: "DE", asn: 64501, network: "Example Mobile" },
      },
    ],
  ])("writes the log line of an event with detail %s", (detail, line) => {
    expect(logLine(REFUSED, detail)).toEqual(line);
  });

  it.each<[EventDetail, string[], number[]]>([
    ["none", ["", "", "", ""], [0, 0]],
    ["country", ["AT", "DE", "", ""], [0, 0]],
    ["network", ["AT", "DE", "Example Broadband", "Example Mobile"], [64500, 64501]],
  ])("writes the data point of an event with detail %s", (detail, places, networks) => {
    expect(dataPoint(REFUSED, detail)).toEqual({
      indexes: ["shop"],
      blobs: [...COLUMNS, ...places],
      doubles: networks,
    });
  });

  it("writes an event with few values into the same columns", () => {
    const event: OperatorEvent = { type: "account_created" };
    expect(logLine(event, "network")).toEqual({ event: "account_created" });
    expect(dataPoint(event, "network")).toEqual({
      indexes: [""],
      blobs: ["account_created", ...Array.from({ length: 8 }, () => "")],
      doubles: [0, 0],
    });
  });

  it("leaves a device out if nothing of it may be reported", () => {
    const event: OperatorEvent = { type: "session_created", screen: { ip: "198.51.100.7" } };
    expect(logLine(event, "network")).toEqual({ event: "session_created" });
  });
});

describe("whatever happened", () => {
  // Each value starts with a unique marker, so that any part of it is found.
  const secret = fc.string({ maxLength: 30 }).map((text) => `§${text.replaceAll(/["\\\s]/g, "")}`);
  const number = fc.integer({ min: 7_770_000_000, max: 7_779_999_999 });
  const device = (told: { country?: true; network?: true }) =>
    fc.record(
      {
        browser: secret,
        system: secret,
        ip: secret,
        city: secret,
        region: secret,
        latitude: number,
        longitude: number,
        country: told.country ? fc.constant("AT") : secret,
        network: told.network ? fc.constant("Example") : secret,
        asn: told.network ? fc.constant(64500) : number,
      },
      { requiredKeys: [] },
    );
  const eventWith = (told: Parameters<typeof device>[0]) =>
    fc.record({
      type: fc.constantFrom<OperatorEvent["type"][]>("session_approved", "session_refused"),
      client: fc.constant("shop"),
      screen: device(told),
      phone: device(told),
      // Members that the type does not have, but a passed object may.
      account: fc.record({ sub: secret, name: secret, email: secret }),
    });

  it.each<[EventDetail, Parameters<typeof device>[0]]>([
    ["none", {}],
    ["country", { country: true }],
    ["network", { country: true, network: true }],
  ])("reports no other personal data with detail %s", (detail, told) => {
    fc.assert(
      fc.property(eventWith(told), (event) => {
        const out = JSON.stringify([logLine(event, detail), dataPoint(event, detail)]);
        expect(out).not.toMatch(/§|777\d{7}/);
      }),
    );
  });

  it("writes data points within the limits of the platform", () => {
    const long = fc.string({ minLength: 500, maxLength: 1000 });
    const event = fc.record({
      type: fc.constant("attack" as const),
      client: long,
      why: long,
      verdict: long,
      reasons: fc.array(fc.record({ code: long }), { maxLength: 20 }),
      screen: fc.record({ country: long, network: long }),
    });
    fc.assert(
      fc.property(event, (value) => {
        const { indexes, blobs, doubles } = dataPoint(value, "network");
        expect(indexes[0].length).toBeLessThanOrEqual(96);
        expect(blobs.length).toBeLessThanOrEqual(20);
        expect(doubles.length).toBeLessThanOrEqual(20);
        expect(blobs.join("").length).toBeLessThanOrEqual(5000);
      }),
    );
  });
});

describe("to report", () => {
  const log = vi.spyOn(console, "info").mockImplementation(() => undefined);
  afterEach(() => log.mockClear());

  it("writes one JSON line to the log and one data point [QR-LOGIN-23/3]", () => {
    report(env, REFUSED);
    expect(log).toHaveBeenCalledTimes(1);
    expect(JSON.parse(String(log.mock.calls[0]?.[0]))).toEqual(logLine(REFUSED, "country"));
  });

  it("reports without a dataset, and without locations while the configuration is invalid", () => {
    const { EVENTS: _, ...without } = env;
    report(Object.assign(without, { ISSUER: "nonsense" }) as Env, REFUSED);
    expect(JSON.parse(String(log.mock.calls[0]?.[0]))).toEqual(SAID);
  });
});
