import { describe, expect, it } from "vitest";
import { describeConsent, describeRequest } from "../../../../src/web/approver/request/describe.ts";
import type { Consent } from "../../../../src/protocol/consent.ts";
import { PHONE } from "../../../../src/web/ui/texts.ts";
import * as de from "../../../../src/i18n/de/index.ts";
import * as en from "../../../../src/i18n/en/index.ts";
import * as fr from "../../../../src/i18n/fr/index.ts";

const DAY = 24 * 3600;

const consentOf = (consent: Consent, name: string | undefined = "Ada Lovelace") =>
  describeConsent(consent, { client: "The Shop", language: "en", name });

describe("describeConsent", () => {
  it("names each claim that the client receives and when its access ends", () => {
    expect(
      consentOf({ access: "login", claims: ["sub", "name", "email"], expires_in: 600 }),
    ).toEqual({
      heading: "What The Shop receives",
      items: ["An identifier for you", "Your name: Ada Lovelace", "Your e-mail address"],
      terms: "It can read this for 10 minutes, or until you end the login under “Your devices”.",
    });
  });

  it("says how long the client stays logged in with offline_access", () => {
    const consent = { access: "offline_access", claims: ["sub"], expires_in: 90 * DAY } as const;
    const { items, terms } = consentOf({ ...consent, claims: [...consent.claims] });
    expect(items).toEqual(["An identifier for you"]);
    expect(terms).toMatch(/^You stay logged in for up to 90 days without being asked again, /);
  });

  it("says that another phone receives the account", () => {
    const { consentToPhone } = PHONE.request;
    expect(consentOf({ access: "account", claims: [] })).toEqual(consentToPhone);
  });

  it("says that a client without tokens receives nothing", () => {
    expect(consentOf({ access: "none", claims: [] })).toEqual({
      heading: "What The Shop receives",
      items: ["Nothing: it only learns what you decide"],
    });
  });

  it("omits the user's name if the page doesn't know it", () => {
    const consent: Consent = { access: "login", claims: ["name"] };
    const options = { client: "The Shop", language: "en", name: undefined };
    expect(describeConsent(consent, options).items).toEqual(["Your name"]);
  });

  it("says that the screen may stay logged in for other sites, and for how long", () => {
    const consent: Consent = { access: "login", claims: ["sub"], expires_in: 600 };
    const { terms } = consentOf({ ...consent, sso_expires_in: 43_200 });
    expect(terms).toBe(`${consentOf(consent).terms} ${PHONE.request.consent.sso("12 hours")}`);
  });

  it("shows no end of the access if the server sends none", () => {
    expect(consentOf({ access: "login", claims: ["sub"] })).not.toHaveProperty("terms");
  });

  it.each(Object.entries({ en, de, fr }))(
    "names the pages where a login is ended by their headings, in %s",
    (_, { ACCOUNT, PHONE }) => {
      const { login, offline_access } = PHONE.request.consent;
      for (const terms of [login, offline_access]) {
        expect(terms("1")).toContain(ACCOUNT.devices.heading);
      }
      expect(PHONE.request.consentToPhone.terms).toContain(ACCOUNT.phones.heading);
    },
  );
});

describe("describeRequest", () => {
  const now = Date.parse("2026-11-22T17:00:30.000Z");
  const requested_at = "2026-11-22T17:00:18.000Z";
  const described = (request: object, language = "en") =>
    Object.fromEntries(describeRequest({ requested_at, ...request }, { language, now }));

  it("describes the request in words [RFC10027-6.1.14/2]", () => {
    const request = {
      browser: "Firefox 144",
      system: "macOS 15",
      ip: "203.0.113.7",
      asn: 3320,
      network: "Deutsche Telekom AG",
      city: "Berlin",
      region: "Berlin",
      country: "DE",
    };
    expect(described(request)).toMatchObject({
      Browser: "Firefox 144",
      System: "macOS 15",
      Place: "Berlin, Germany",
      Address: "203.0.113.7",
      Network: "Deutsche Telekom AG, AS3320",
    });
  });

  it("shows the time of the request, relative and absolute", () => {
    expect(described({})["Asked"]).toMatch(/^12 seconds ago, \d{1,2}:00/);
  });

  it("shows a request from the future as now", () => {
    expect(described({ requested_at: "2026-11-22T17:00:40.000Z" })["Asked"]).toMatch(/^now, /);
  });

  it('shows "Not known" for an unknown browser and place', () => {
    expect(described({})).toMatchObject({ Browser: "Not known", Place: "Not known" });
    expect(described({})).not.toHaveProperty("Network");
    expect(described({})).not.toHaveProperty("Address");
  });

  it("shows an unknown country code as it is", () => {
    expect(described({ country: "T1" })["Place"]).toBe("T1");
  });
});
