import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatUserCode, parseUserCode, USER_CODE_ALPHABET } from "../../src/protocol/user-code.ts";

describe("the typed code", () => {
  it.each(["WDJB-MJHT", "wdjbmjht", " wdjb mjht ", "W-D-J-B–MJHT", "wdjb.mjht"])(
    "may be typed %s",
    (typed) => {
      expect(parseUserCode(typed)).toBe("WDJBMJHT");
    },
  );

  it.each(["WDJB-MJH", "WDJB-MJHTT", "WDJB-MJHA", "WDJB-MJH1", "", "ẂDJB-MJHT"])(
    "is not %s",
    (typed) => {
      expect(parseUserCode(typed)).toBeUndefined();
    },
  );

  it("survives being shown and typed", () => {
    const code = fc.string({
      unit: fc.constantFrom(...USER_CODE_ALPHABET),
      minLength: 8,
      maxLength: 8,
    });
    fc.assert(fc.property(code, (text) => parseUserCode(formatUserCode(text)) === text));
  });
});
