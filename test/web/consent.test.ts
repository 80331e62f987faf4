import { describe, expect, it } from "vitest";
import { describeConsent } from "../../src/web/approver/request/describe.ts";
import { duration } from "../../src/web/approver/format-time.ts";
import type { Consent } from "../../src/protocol/consent.ts";
import { PHONE } from "../../src/web/ui/texts.ts";
import * as de from "../../src/i18n/de/index.ts";
import * as en from "../../src/i18n/en/index.ts";
import * as fr from "../../src/i18n/fr/index.ts";

const DAY = 24 * 3600;

const described = (consent: Consent, name: string | undefined = "Ada Lovelace") =>
  describeConsent(consent, { client: "The Shop", language: "en", name });

describe("describeConsent", () => {
  it("names each thing that the client receives, and when its access ends", () => {
    expect(
      described({ access: "login", claims: ["sub", "name", "email"], expires_in: 600 }),
    ).toEqual({
      heading: "What The Shop receives",
      items: ["An identifier for you", "Your name: Ada Lovelace", "Your e-mail address"],
      terms: "It can read this for 10 minutes, or until you end the login under “Your devices”.",
    });
  });

  it("says for how long the client stays logged in without asking again", () => {
    const consent = { access: "offline_access", claims: ["sub"], expires_in: 90 * DAY } as const;
    const { items, terms } = described({ ...consent, claims: [...consent.claims] });
    expect(items).toEqual(["An identifier for you"]);
    expect(terms).toMatch(/^You stay logged in for up to 90 days without being asked again, /);
  });

  it("says that another phone receives the account", () => {
    const { consentToPhone } = PHONE.request;
    expect(described({ access: "account", claims: [] })).toEqual(consentToPhone);
  });

  it("says that a client without tokens receives nothing", () => {
    expect(described({ access: "none", claims: [] })).toEqual({
      heading: "What The Shop receives",
      items: ["Nothing: it only learns what you decide"],
    });
  });

  it("names the name without its value where the page doesn't know that", () => {
    const consent: Consent = { access: "login", claims: ["name"] };
    const options = { client: "The Shop", language: "en", name: undefined };
    expect(describeConsent(consent, options).items).toEqual(["Your name"]);
  });

  it("names no time that the server doesn't tell", () => {
    expect(described({ access: "login", claims: ["sub"] })).not.toHaveProperty("terms");
  });

  it.each(Object.entries({ en, de, fr }))(
    "leads to the pages where a login is ended, by the headings that they have in %s",
    (_, { ACCOUNT, PHONE }) => {
      const { login, offline_access } = PHONE.request.consent;
      for (const terms of [login, offline_access]) {
        expect(terms("1")).toContain(ACCOUNT.devices.heading);
      }
      expect(PHONE.request.consentToPhone.terms).toContain(ACCOUNT.phones.heading);
    },
  );
});

describe("duration", () => {
  it.each([
    [30, "30 seconds"],
    [600, "10 minutes"],
    [3600, "60 minutes"],
    [5400, "90 minutes"],
    [DAY, "24 hours"],
    [90 * DAY, "90 days"],
    [100_000, "28 hours"],
  ])("writes %i seconds as %s, rounded up where it must be", (seconds, text) => {
    expect(duration(seconds, "en")).toBe(text);
  });

  it("writes it in the language of the page", () => {
    expect(duration(90 * DAY, "de")).toBe("90 Tage");
    expect(duration(90 * DAY, "fr")).toBe("90\u00A0jours");
  });
});
