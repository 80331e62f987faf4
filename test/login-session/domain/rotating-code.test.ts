import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  codeLink,
  isFresh,
  parseCodeLink,
  periodAt,
  rotatingCode,
} from "../../../src/login-session/domain/rotating-code.ts";

const SESSION = "s".repeat(43);
const KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

describe("the rotating code", () => {
  it("computes the first 12 bytes of HMAC-SHA256(key, '<session_id>.<t>') [ASVS-6.5.4/2]", async () => {
    // printf '%s' "<43 times s>.7" | openssl dgst -sha256 -mac HMAC -macopt hexkey:00…1f -binary | head -c 12
    expect(await rotatingCode(KEY, SESSION, 7)).toEqual({ t: 7, mac: "zMQ_A5BO_Cj2b_8m" });
  });

  it("changes the rotating code with the session, the period and the key", async () => {
    const codes = await Promise.all([
      rotatingCode(KEY, SESSION, 7),
      rotatingCode(KEY, SESSION, 8),
      rotatingCode(KEY, "x".repeat(43), 7),
      rotatingCode(`B${KEY.slice(1)}`, SESSION, 7),
    ]);
    expect(new Set(codes.map((code) => code.mac)).size).toBe(4);
  });

  it("counts periods of the rotating code of five seconds from zero", () => {
    expect([0, 4999, 5000, 12_345, -3000].map(periodAt)).toEqual([0, 0, 1, 2, 0]);
  });

  it("accepts a code for five to ten seconds by the clock of the server [QR-LOGIN-4]", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 600_000 }),
        fc.integer({ min: 0, max: 600_000 }),
        (shownAt, later) => {
          const fresh = isFresh(periodAt(shownAt), shownAt + later);
          return later < 5000 ? fresh : later >= 10_000 ? !fresh : true;
        },
      ),
    );
  });
});

describe("the link in the QR code", () => {
  const link = codeLink(`https://login.example/q/${SESSION}`, { t: 12, mac: "m".repeat(16) });

  it("contains the session, the period and the MAC in the link of the QR code", () => {
    expect(link).toBe(`https://login.example/q/${SESSION}.12.${"m".repeat(16)}`);
    expect(parseCodeLink(link)).toEqual({ sessionId: SESSION, t: 12, mac: "m".repeat(16) });
    expect(parseCodeLink(new URL(link).pathname)).toBeDefined();
  });

  it.each([
    "https://example.com/",
    "WIFI:S:guest;T:WPA;P:secret;;",
    link.replace(".12.", ".012."),
    link.replace(".12.", ".-1."),
    link.replace(".12.", "."),
    `${link}x`,
    `${link}?next=evil`,
    link.replace("/q/", "/r/"),
    "",
  ])("reads no code from the text %s", (text) => {
    expect(parseCodeLink(text)).toBeUndefined();
  });
});
