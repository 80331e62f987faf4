import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  formatRecoveryCode,
  parseRecoveryCode,
  RECOVERY_ALPHABET,
  RECOVERY_LENGTH,
} from "../../../src/accounts/recovery/recovery-code.ts";

const CODE = "0123456789ABCDEFGHJKMNPQR";

describe("a recovery code", () => {
  it.each([
    "01234-56789-ABCDE-FGHJK-MNPQR",
    "01234 56789 abcde fghjk mnpqr",
    "o1234–56789—ABCDEFGHJKMNPQR",
    "Oi234 56789 ABCDE FGHJK MNPQR\n",
    "oL234-56789-abcde-fghjk-mnpqr",
    "０１２３４－５６７８９－ＡＢＣＤＥ－ＦＧＨＪＫ－ＭＮＰＱＲ",
    "01234\u2212567\u00ad89\u200bABCDE/FGHJK\u200eMNPQR",
    '"01234-56789-ABCDE-FGHJK-MNPQR".',
  ])("parses a recovery code however it is written: %j", (typed) => {
    expect(parseRecoveryCode(typed)).toEqual({ locator: "0123456789", text: CODE });
  });

  it.each([
    "",
    CODE.slice(1),
    `${CODE}0`,
    `${CODE.slice(1)}U`,
    `${CODE.slice(1)}!`,
    "ß".repeat(25),
  ])("rejects %j as a recovery code", (typed) => {
    expect(parseRecoveryCode(typed)).toBeUndefined();
  });

  it("parses every recovery code in the form in which it is shown", () => {
    const character = fc.constantFrom(...RECOVERY_ALPHABET);
    const codes = fc.string({
      unit: character,
      minLength: RECOVERY_LENGTH,
      maxLength: RECOVERY_LENGTH,
    });
    fc.assert(
      fc.property(codes, (text) => {
        expect(formatRecoveryCode(text)).toMatch(/^(\w{5}-){4}\w{5}$/);
        expect(parseRecoveryCode(formatRecoveryCode(text))?.text).toBe(text);
      }),
    );
  });

  it("makes recovery codes with 125 random bits [ASVS-6.5.2]", () => {
    expect(Math.log2(RECOVERY_ALPHABET.length) * RECOVERY_LENGTH).toBe(125);
    expect(new Set(RECOVERY_ALPHABET).size).toBe(32);
  });
});
