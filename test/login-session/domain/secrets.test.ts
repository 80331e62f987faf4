import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  decodeBase64url,
  decodeBase64urlText,
  decodeTrustedBase64url,
  encodeBase64url,
} from "../../../src/lib/base64url.ts";
import { timingSafeEqual } from "../../../src/lib/timing-safe-equal.ts";

describe("base64url", () => {
  it("is what Node calls base64url, both ways", () => {
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
    "gives no bytes for %j, and throws only where the text was to be trusted",
    (text) => {
      expect(decodeBase64url(text)).toBeUndefined();
      expect(decodeBase64urlText(text)).toBeUndefined();
      expect(() => decodeTrustedBase64url(text)).toThrow("not base64url");
    },
  );

  it("gives no text for bytes that are not UTF-8", () => {
    expect(decodeBase64urlText("_w")).toBeUndefined();
    expect(decodeBase64urlText("w7w")).toBe("ü");
  });
});

describe("sameSecret", () => {
  it("is equality", () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.string(),
        (a, b) => timingSafeEqual(a, b) === (a === b) && timingSafeEqual(a, a),
      ),
    );
  });
});
