import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { reasonTexts } from "../../../../src/web/approver/request/reasons.ts";
import { ShownRisk, type ShownReason } from "../../../../src/protocol/approval-request.ts";
import { REASON_CODES } from "../../../../src/protocol/risk.ts";

const told = (reasons: readonly ShownReason[], language = "en") => reasonTexts(reasons, language);
const one = (reason: ShownReason, language?: string) => told([reason], language)[0];

describe("a reason", () => {
  it.each<[ShownReason, severity: string, text: RegExp]>([
    [{ code: "same_network" }, "good", /same network/],
    [{ code: "same_city" }, "good", /same city/],
    [{ code: "distance", km: 27.4 }, "note", /about 27 km from you/],
    [{ code: "far_apart", km: 1608 }, "warning", /1,600 km from you/],
    [{ code: "another_country", screen: "RU", phone: "DE" }, "warning", /\(Russia\).*in Germany/],
    [{ code: "hosting_network" }, "warning", /data centre or a VPN, not/],
    [{ code: "hosting_network", network: "Example" }, "warning", /VPN \(Example\)/],
    [{ code: "anonymous_network" }, "warning", /anonymising/],
    [{ code: "place_hidden" }, "warning", /Only one of the two/],
    [{ code: "place_unknown" }, "note", /not known/],
    [{ code: "new_device" }, "note", /never logged in/],
    [{ code: "first_login" }, "note", /first login/],
    [{ code: "many_tries", count: 1 }, "warning", /^A wrong code was/],
    [{ code: "many_tries", count: 4 }, "warning", /^4 wrong codes were/],
    [{ code: "code_repeated", count: 2 }, "warning", /scanned again/],
    [{ code: "foreign_network" }, "warning", /networks that it knows/],
  ])("shows %o as a %s", (reason, severity, text) => {
    expect(one(reason)).toEqual({ severity, text: expect.stringMatching(text) });
  });

  it("shows reasons in the language of the page", () => {
    expect(one({ code: "far_apart", km: 1608 }, "de")?.text).toContain("1.600 km");
    const abroad = one({ code: "another_country", screen: "RU", phone: "DE" }, "de");
    expect(abroad?.text).toContain("Russland");
  });

  it("rounds a distance up to at least a kilometre", () => {
    expect(one({ code: "distance", km: 0.2 })?.text).toContain("1 km");
  });
});

describe("several reasons", () => {
  it("sorts reasons by severity, otherwise in their order", () => {
    const reasons = told([
      { code: "same_network" },
      { code: "new_device" },
      { code: "many_tries", count: 3 },
      { code: "place_hidden" },
    ]);
    expect(reasons.map(({ severity }) => severity)).toEqual(["warning", "warning", "note", "good"]);
    expect(reasons[0]?.text).toContain("3 wrong codes");
  });

  it("merges a distance and a country into one sentence", () => {
    const reasons = told([
      { code: "another_country", screen: "RU", phone: "DE" },
      { code: "far_apart", km: 1200 },
    ]);
    expect(reasons).toEqual([
      {
        severity: "warning",
        text: "The screen is 1,200 km from you, in another country (Russia). Your phone is in Germany.",
      },
    ]);
  });
});

describe("the server's word on a login", () => {
  it("parses a risk assessment", () => {
    const risk = { verdict: "verify", reasons: [{ code: "far_apart", km: 900 }] };
    expect(v.parse(ShownRisk, risk)).toEqual(risk);
  });

  it("shows an unknown or malformed reason as unusual", () => {
    const risk = v.parse(ShownRisk, {
      verdict: "verify",
      reasons: [{ code: "moon_phase", phase: "full" }, { code: "far_apart" }],
    });
    expect(told(risk.reasons)).toEqual([
      { severity: "warning", text: expect.stringContaining("unusual") },
      { severity: "warning", text: expect.stringContaining("unusual") },
    ]);
  });

  it.each(REASON_CODES)("parses the reason %s", (code) => {
    const facts = { km: 12, screen: "RU", phone: "DE", count: 2 };
    const { reasons } = v.parse(ShownRisk, { verdict: "allow", reasons: [{ code, ...facts }] });
    expect(reasons[0]?.code).toBe(code);
  });

  it("rejects an unknown verdict", () => {
    expect(v.safeParse(ShownRisk, { verdict: "maybe", reasons: [] }).success).toBe(false);
  });
});
