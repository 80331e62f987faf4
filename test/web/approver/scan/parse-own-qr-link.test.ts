import { describe, expect, it } from "vitest";
import { parseOwnQrLink } from "../../../../src/web/approver/scan/parse-own-qr-link.ts";

describe("parseOwnQrLink", () => {
  const ORIGIN = "https://login.example.com";
  const code = `/q/${"i".repeat(43)}.7.abcdefghijklmnop`;

  it("parses a login link of this site", () => {
    expect(parseOwnQrLink(ORIGIN + code, ORIGIN)).toEqual({
      sessionId: "i".repeat(43),
      t: 7,
      mac: "abcdefghijklmnop",
    });
  });

  it.each([
    ["a link of another site", `https://evil.example${code}`],
    [
      "a link of a host whose name starts like this one",
      `https://login.example.com.evil.example${code}`,
    ],
    ["a link with this host as the user name", `https://login.example.com@evil.example${code}`],
    ["a link with http", `http://login.example.com${code}`],
    ["another link of this site", `${ORIGIN}/account`],
    ["a login link with a query", `${ORIGIN}${code}?x`],
    ["no link at all", "WIFI:S:cafe;;"],
    ["empty", ""],
  ])("rejects a text that is %s", (_, text) => {
    expect(parseOwnQrLink(text, ORIGIN)).toBeUndefined();
  });
});
