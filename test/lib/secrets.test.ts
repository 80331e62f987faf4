import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  decodeBase64url,
  decodeBase64urlText,
  decodeTrustedBase64url,
  encodeBase64url,
} from "../../src/lib/base64url.ts";
import { timingSafeEqual } from "../../src/lib/timing-safe-equal.ts";

describe("base64url", () => {
  it("encodes and decodes base64url as Node does", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const text = Buffer.from(bytes).toString("base64url");
        return (
          encodeBase64url(bytes) === text && Buffer.from(decodeTrustedBase64url(text)).equals(bytes)
        );
      }),
    );
  });

  it.each(["a+b/", "ab==", "ä", "a b", "a", "abcde", "\ud800abc", "ab\n"])(
    "decodes no bytes from %j, and throws only for trusted text",
    (text) => {
      expect(decodeBase64url(text)).toBeUndefined();
      expect(decodeBase64urlText(text)).toBeUndefined();
      expect(() => decodeTrustedBase64url(text)).toThrow("not base64url");
    },
  );

  it("decodes no text from bytes that are not UTF-8", () => {
    expect(decodeBase64urlText("_w")).toBeUndefined();
    expect(decodeBase64urlText("w7w")).toBe("ü");
  });
});

describe("timingSafeEqual", () => {
  it("compares secrets for equality", () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.string(),
        (a, b) => timingSafeEqual(a, b) === (a === b) && timingSafeEqual(a, a),
      ),
    );
  });
});
