import { describe, expect, it } from "vitest";
import { VerifiedTokenCache } from "../../src/trusted-issuers/verified-token-cache.ts";

const NOW = 1_000_000;
const LATER = NOW + 3_600_000;

describe("tokens that were proven", () => {
  it("caches a verified token for a minute", () => {
    const proven = new VerifiedTokenCache<string>();
    proven.set("a", "ada", NOW, LATER);
    expect(proven.get("a", NOW + 59_999)).toBe("ada");
    expect(proven.get("a", NOW + 60_000)).toBeUndefined();
    expect(proven.get("b", NOW)).toBeUndefined();
  });

  it("caches a verified token no longer than until its expiry", () => {
    const proven = new VerifiedTokenCache<string>();
    proven.set("a", "ada", NOW, NOW + 10);
    expect(proven.get("a", NOW + 9)).toBe("ada");
    expect(proven.get("a", NOW + 10)).toBeUndefined();
  });

  it("caches at most 500 verified tokens and deletes the oldest first", () => {
    const proven = new VerifiedTokenCache<number>();
    for (let i = 0; i < 500; i++) proven.set(`token ${i}`, i, NOW, LATER);
    proven.set("token 0", 0, NOW, LATER);
    proven.set("one more", 500, NOW, LATER);
    expect(proven.get("token 0", NOW)).toBe(0);
    expect(proven.get("token 1", NOW)).toBeUndefined();
    expect(proven.get("token 2", NOW)).toBe(2);
    expect(proven.get("one more", NOW)).toBe(500);
  });
});
