import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeBase64url, encodeBase64url } from "../../src/login/base64url.ts";
import { sameSecret } from "../../src/login/same-secret.ts";

describe("base64url", () => {
  it("is what Node calls base64url, both ways", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const text = Buffer.from(bytes).toString("base64url");
        return encodeBase64url(bytes) === text && Buffer.from(decodeBase64url(text)).equals(bytes);
      }),
    );
  });

  it.each(["a+b/", "ab==", "ä", "a b"])("refuses %s", (text) => {
    expect(() => decodeBase64url(text)).toThrow();
  });
});

describe("sameSecret", () => {
  it("is equality", () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.string(),
        (a, b) => sameSecret(a, b) === (a === b) && sameSecret(a, a),
      ),
    );
  });
});
