import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chooseLanguage, lookUpLanguage } from "../../src/i18n/choose-language.ts";
import { LANGUAGES } from "../../src/i18n/languages.ts";

describe("the language of a browser that accepts", () => {
  it.each([
    [undefined, "en"],
    ["", "en"],
    ["de", "de"],
    ["DE", "de"],
    ["de-AT", "de"],
    ["de-Latn-CH", "de"],
    ["fr-CA,fr;q=0.9,en;q=0.8", "fr"],
    ["en-GB,en;q=0.9,de;q=0.8", "en"],
    ["es,de;q=0.5,fr;q=0.7", "fr"],
    ["fr;q=0.5, de;q=0.5", "fr"],
    ["es-ES, pt;q=0.9", "en"],
    ["*", "en"],
    ["es, *;q=0.5", "en"],
    ["en;q=0, *", "de"],
    ["de;q=0, fr;q=0.1", "fr"],
    ["en;q=0.2, de;q=0.3, *;q=0.9", "en"],
    ["de ; q=0.9 , fr ; Q = 1.0", "fr"],
    ["de;q=nonsense", "en"],
    ["<script>, de", "de"],
    ["deutsch", "en"],
  ])("chooses for Accept-Language %j: %s", (accepted, language) => {
    expect(chooseLanguage(accepted)).toBe(language);
  });

  it("chooses a supported language for any header", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 3000 }), (accepted) =>
        LANGUAGES.includes(chooseLanguage(accepted)),
      ),
    );
  });

  it("ignores what is beyond the maximum length", () => {
    expect(chooseLanguage(`${"es,".repeat(400)}de`)).toBe("en");
  });
});

describe("the language of ui_locales", () => {
  it.each([
    [undefined, undefined],
    ["", undefined],
    ["de", "de"],
    ["DE-ch", "de"],
    ["fr-CA fr en", "fr"],
    ["se", undefined],
    ["se de-Latn-CH-1996 en", "de"],
    ["en-GB de", "en"],
    ["* fr", "fr"],
    ["deu", undefined],
    ["de_DE fr", "fr"],
    ["de- fr", "fr"],
    ["constructor __proto__ fr", "fr"],
    ["x".repeat(5000), undefined],
  ])("for %j is %s (RFC 4647 §3.4)", (tags, language) => {
    expect(lookUpLanguage(tags)).toBe(language);
  });
});
