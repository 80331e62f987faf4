import { describe, expect, it } from "vitest";
import { randomString, randomToken } from "../../src/lib/random.ts";
import { USER_CODE_ALPHABET } from "../../src/protocol/user-code.ts";

describe("random", () => {
  it("makes tokens with 256 bits that never repeat [RFC6749-10.10]", () => {
    const tokens = Array.from({ length: 1000 }, randomToken);
    expect(tokens.every((token) => /^[\w-]{43}$/.test(token))).toBe(true);
    expect(new Set(tokens).size).toBe(tokens.length);
  });

  it("draws letters evenly from the whole alphabet [ASVS-6.5.3]", () => {
    const codes = Array.from({ length: 25_000 }, () => randomString(USER_CODE_ALPHABET, 8));
    const letters = codes.join("");
    expect(letters).toHaveLength(200_000);
    const counts = [...USER_CODE_ALPHABET].map((letter) => letters.split(letter).length - 1);
    // 10,000 each is expected; 600 off would be six standard deviations.
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(600);
  });
});
