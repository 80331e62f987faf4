import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  formatUserCode,
  impossibleCharacter,
  parseUserCode,
  USER_CODE_ALPHABET,
} from "../../src/protocol/user-code.ts";

describe("the typed code", () => {
  it.each([
    ...["WDJB-MJHT", "wdjbmjht", " wdjb mjht ", "W-D-J-B–MJHT", "wdjb.mjht", "wdjb mjht."],
    // Full width, a minus, soft hyphens, without width, marks of direction, quotes, a slash.
    ...[
      "ＷＤＪＢ－ＭＪＨＴ",
      "ｗｄｊｂ　ｍｊｈｔ",
      "WDJB\u2212MJHT",
      "WDJB\u00adMJHT",
      "WDJB\u200bMJHT",
    ],
    ...["\u200eWDJB-MJHT\u200f", "\ufeffWDJB-MJHT", '"WDJB-MJHT"', "„WDJB-MJHT“", "WDJB/MJHT"],
    ...["WDJB_MJHT", "WDJB\u2060MJHT", "(WDJB) MJHT!", "WDJB\u0000MJHT", "𝐖𝐃𝐉𝐁-𝐌𝐉𝐇𝐓"],
  ])("accepts the typed code as %j", (typed) => {
    expect(parseUserCode(typed)).toBe("WDJBMJHT");
  });

  it.each([
    ...["WDJB-MJH", "WDJB-MJHTT", "WDJB-MJHA", "WDJB-MJH1", "", "ẂDJB-MJHT", "ÇDJB-MJHT"],
    ...["WDJB-MJHT5", "WDJB-0MJHT", "AWDJBMJHT", "WDJB-MJHT é"],
    ...["ßßßß", "ВDJB-MJHT", "\ud800DJB-MJHT", "5DJB-2MJH", "İDJBMJHT"],
  ])("rejects %j as a typed code", (typed) => {
    expect(parseUserCode(typed)).toBeUndefined();
  });

  it.each([
    ["5DJB-MJHT", "5"],
    ["wdjb-mjh٥", "٥"],
    ["①DJB", "1"],
    ["édjb", "É"],
    ["WDJBMJHTA", "A"],
    ["ﬃ", "I"],
    ["ı", "I"],
  ])("names the first character of %j that is in no code", (typed, character) => {
    expect(impossibleCharacter(typed)).toBe(character);
  });

  it.each(["", "WDJB-MJHT", "VVDJB", "ｗ", "\u02bc\u30fc\u3164\u200b\u0301!?…"])(
    "finds no impossible character in %j",
    (typed) => {
      expect(impossibleCharacter(typed)).toBeUndefined();
    },
  );

  it("parses every typed code that it formats [ASVS-6.5.4]", () => {
    const code = fc.string({
      unit: fc.constantFrom(...USER_CODE_ALPHABET),
      minLength: 8,
      maxLength: 8,
    });
    fc.assert(fc.property(code, (text) => parseUserCode(formatUserCode(text)) === text));
  });
});
