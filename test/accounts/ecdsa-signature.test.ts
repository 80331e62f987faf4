import { describe, expect, it } from "vitest";
import { readEcdsaSignature } from "../../src/accounts/ecdsa-signature.ts";

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(" ", ""), "hex"));
const hex = (value: Uint8Array) => Buffer.from(value).toString("hex");

describe("a passkey's ECDSA signature", () => {
  it.each([
    ["two small numbers", "30 06 02 01 01 02 01 7f", "01", "7f"],
    ["a number whose first bit is set, behind a zero", "30 07 02 02 00 80 02 01 02", "0080", "02"],
    [
      "the longest there are on P-256",
      `30 46 02 21 00 ${"ff".repeat(32)} 02 21 00 ${"fe".repeat(32)}`,
      `00${"ff".repeat(32)}`,
      `00${"fe".repeat(32)}`,
    ],
  ])("is %s", (_, der, r, s) => {
    const read = readEcdsaSignature(bytes(der));
    expect([hex(read.r), hex(read.s)]).toEqual([r, s]);
  });

  it.each([
    ["nothing", ""],
    ["a tag alone", "30"],
    ["a sequence of nothing", "30 00"],
    ["one number", "30 03 02 01 01"],
    ["three numbers", "30 09 02 01 01 02 01 01 02 01 01"],
    ["something after the signature", "30 06 02 01 01 02 01 01 00"],
    ["a signature that ends too early", "30 06 02 01 01 02 01"],
    ["a number longer than what holds it", "30 06 02 05 01 02 01 01"],
    ["a set", "31 06 02 01 01 02 01 01"],
    ["octets for a number", "30 06 04 01 01 02 01 01"],
    ["an empty number", "30 05 02 00 02 01 01"],
    ["zero", "30 06 02 01 00 02 01 01"],
    ["a negative number", "30 06 02 01 80 02 01 01"],
    ["a number with a zero too many", "30 07 02 02 00 01 02 01 01"],
    ["a length in more bytes than it needs", "30 81 06 02 01 01 02 01 01"],
    ["a length that is told by its end", "30 80 02 01 01 02 01 01 00 00"],
  ])("is not %s", (_, der) => {
    expect(() => readEcdsaSignature(bytes(der))).toThrow();
  });
});
