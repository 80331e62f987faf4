import { describe, expect, it } from "vitest";
import { LoginError } from "../../src/sdk/login-error.ts";
import { describeRequest } from "../../src/web/approver/request/describe.ts";
import { resultOf, isTransientResult } from "../../src/web/approver/result.ts";
import { errorMessageFor } from "../../src/web/approver/error-message.ts";
import { parseOwnQrLink } from "../../src/web/approver/scan/parse-own-qr-link.ts";
import { PHONE } from "../../src/web/ui/texts.ts";
import { PROBLEMS } from "../../src/protocol/problem.ts";

describe("a scanned text", () => {
  const ORIGIN = "https://login.example.com";
  const code = `/q/${"i".repeat(43)}.7.abcdefghijklmnop`;

  it("is a login code when it is a link of this site", () => {
    expect(parseOwnQrLink(ORIGIN + code, ORIGIN)).toEqual({
      sessionId: "i".repeat(43),
      t: 7,
      mac: "abcdefghijklmnop",
    });
  });

  it.each([
    ["of another site", `https://evil.example${code}`],
    ["of a site whose name begins like ours", `https://login.example.com.evil.example${code}`],
    ["with our name as the user's", `https://login.example.com@evil.example${code}`],
    ["not encrypted", `http://login.example.com${code}`],
    ["somewhere else on this site", `${ORIGIN}/account`],
    ["with something behind it", `${ORIGIN}${code}?x`],
    ["no link at all", "WIFI:S:cafe;;"],
    ["empty", ""],
  ])("is none when it is %s", (_, text) => {
    expect(parseOwnQrLink(text, ORIGIN)).toBeUndefined();
  });
});

describe("an end", () => {
  it.each([
    ["code_stale", "stale"],
    ["code_invalid", "notOurs"],
    ["session_not_found", "expired"],
    ["session_expired", "expired"],
    ["session_cancelled", "cancelled"],
    ["already_scanned", "used"],
    ["already_approved", "decided"],
    ["match_wrong", "matchWrong"],
    ["risk_blocked", "blocked"],
    ["code_repeated", "repeated"],
    ["too_many_tries", "tooManyTries"],
    ["configuration_error", "misconfigured"],
    ["internal_error", "other"],
    ["something_new", "other"],
  ])("of %s is %s", (code, end) => {
    expect(resultOf(new LoginError(code, "", { status: 400 }), true)).toBe(end);
  });

  it("tells being offline from a server that is away", () => {
    const failure = new LoginError("network", "");
    expect(resultOf(failure, false)).toBe("offline");
    expect(resultOf(failure, true)).toBe("unreachable");
    expect(isTransientResult("offline") && isTransientResult("unreachable")).toBe(true);
    expect(isTransientResult("used")).toBe(false);
  });

  it("has words for every problem that the server can tell of", () => {
    for (const code of Object.keys(PROBLEMS)) {
      const [title, text] = PHONE.ends[resultOf(new LoginError(code, "", { status: 400 }), true)];
      expect(title).not.toBe("");
      expect(text).not.toBe("");
    }
  });
});

describe("a notice", () => {
  const error = (name: string) => new DOMException("", name);

  it.each([
    [error("NotAllowedError"), PHONE.notices.passkeyCancelled],
    [error("InvalidStateError"), PHONE.notices.passkeyExists],
    [error("SecurityError"), PHONE.notices.passkeyFailed],
    [new LoginError("passkey_invalid", "", { status: 403 }), PHONE.notices.passkeyUnknown],
    [new LoginError("network", ""), PHONE.notices.network],
    [new LoginError("internal_error", "", { status: 500 }), PHONE.notices.other],
  ])("of %s", (cause, text) => {
    expect(errorMessageFor(cause)).toBe(text);
  });
});

describe("who asks", () => {
  const now = Date.parse("2026-11-22T17:00:30.000Z");
  const requested_at = "2026-11-22T17:00:18.000Z";
  const told = (request: object, language = "en") =>
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
    expect(told(request)).toMatchObject({
      Browser: "Firefox 144",
      System: "macOS 15",
      Place: "Berlin, Germany",
      Address: "203.0.113.7",
      Network: "Deutsche Telekom AG, AS3320",
    });
  });

  it("says when, by both of the ways in which people think of time", () => {
    expect(told({})["Asked"]).toMatch(/^12 seconds ago, \d{1,2}:00/);
  });

  it("never says that it will be asked in the future", () => {
    expect(told({ requested_at: "2026-11-22T17:00:40.000Z" })["Asked"]).toMatch(/^now, /);
  });

  it("says that nothing is known, rather than nothing", () => {
    expect(told({})).toMatchObject({ Browser: "Not known", Place: "Not known" });
    expect(told({})).not.toHaveProperty("Network");
    expect(told({})).not.toHaveProperty("Address");
  });

  it("takes a country as it is where it is no country", () => {
    expect(told({ country: "T1" })["Place"]).toBe("T1");
  });
});
