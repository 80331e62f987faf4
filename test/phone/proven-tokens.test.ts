import { describe, expect, it } from "vitest";
import { ProvenTokens } from "../../src/phone/proven-tokens.ts";

const NOW = 1_000_000;
const LATER = NOW + 3_600_000;

describe("tokens that were proven", () => {
  it("are remembered for a minute", () => {
    const proven = new ProvenTokens<string>();
    proven.remember("a", "ada", NOW, LATER);
    expect(proven.recall("a", NOW + 59_999)).toBe("ada");
    expect(proven.recall("a", NOW + 60_000)).toBeUndefined();
    expect(proven.recall("b", NOW)).toBeUndefined();
  });

  it("are remembered no longer than they last", () => {
    const proven = new ProvenTokens<string>();
    proven.remember("a", "ada", NOW, NOW + 10);
    expect(proven.recall("a", NOW + 9)).toBe("ada");
    expect(proven.recall("a", NOW + 10)).toBeUndefined();
  });

  it("are five hundred at most, of which the oldest go first", () => {
    const proven = new ProvenTokens<number>();
    for (let i = 0; i < 500; i++) proven.remember(`token ${i}`, i, NOW, LATER);
    proven.remember("token 0", 0, NOW, LATER);
    proven.remember("one more", 500, NOW, LATER);
    expect(proven.recall("token 0", NOW)).toBe(0);
    expect(proven.recall("token 1", NOW)).toBeUndefined();
    expect(proven.recall("token 2", NOW)).toBe(2);
    expect(proven.recall("one more", NOW)).toBe(500);
  });
});
