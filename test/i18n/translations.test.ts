import { describe, expect, it } from "vitest";
import * as de from "../../src/i18n/de/index.ts";
import * as en from "../../src/i18n/en/index.ts";
import * as fr from "../../src/i18n/fr/index.ts";
import { notificationTexts } from "../../src/i18n/notification-texts.ts";
import { SERVER_TEXTS } from "../../src/i18n/server-texts.ts";

/** The details of an event. */
const EVENT_DETAILS = {
  client: "⟨client⟩",
  device: "⟨device⟩",
  name: "⟨name⟩",
  reason: "⟨reason⟩",
};

/** The arguments of texts with parameters, which the tests look for in the results. */
const VALUES = ["⟨1⟩", "⟨2⟩", "⟨3⟩"].map((value) => Object.assign([value], EVENT_DETAILS));

/** All texts by key. Texts with parameters contain the test's values. */
function textsOf(value: unknown, name = ""): [name: string, text: unknown][] {
  if (typeof value === "function") return textsOf(value(...VALUES.slice(0, value.length)), name);
  if (typeof value !== "object" || value === null) return [[name, value]];
  return Object.entries(value).flatMap(([key, inner]) => textsOf(inner, `${name}.${key}`));
}

const ENGLISH = new Map(
  textsOf({ ...en, ...SERVER_TEXTS.en, NOTIFICATIONS: notificationTexts("en") }),
);

/** Proper names, and words that are the same in both languages. */
const SAME: Readonly<Record<string, readonly string[]>> = {
  de: [
    "Browser",
    "System",
    "Code",
    "Passkey",
    "Passkeys",
    "WebSocket",
    "Polling",
    "Callback",
    "callback",
  ],
  fr: ["Code", "Connexion", "WebSocket"],
};

/** Whether a text has no words apart from its values. */
const isWordless = (text: string) => !/\p{L}{2}/u.test(text.replaceAll(/⟨\w+⟩/g, ""));

describe.each([
  ["de", { ...de, ...SERVER_TEXTS.de, NOTIFICATIONS: notificationTexts("de") }],
  ["fr", { ...fr, ...SERVER_TEXTS.fr, NOTIFICATIONS: notificationTexts("fr") }],
])("the texts in %s", (language, texts) => {
  const translated = new Map(textsOf(texts));

  it("has the same keys as English", () => {
    expect([...translated.keys()].toSorted()).toEqual([...ENGLISH.keys()].toSorted());
    expect(translated.get(".LANGUAGE")).toBe(language);
  });

  it("has a text with the same parameters for each key", () => {
    for (const [name, text] of translated) {
      expect([name, text]).toEqual([name, expect.stringMatching(/\S/)]);
      const values = (said: unknown) => String(said).match(/⟨\w+⟩/g)?.toSorted();
      expect([name, values(text)]).toEqual([name, values(ENGLISH.get(name))]);
    }
  });

  it("has no text that is left in English", () => {
    const left = [...translated].filter(
      ([name, text]) =>
        text === ENGLISH.get(name) &&
        !isWordless(String(text)) &&
        !isName(String(text)) &&
        !SAME[language]?.includes(String(text)),
    );
    expect(left).toEqual([]);
  });

  it("uses the punctuation of the language", () => {
    for (const [name, text] of translated) {
      expect([name, text]).toEqual([name, expect.not.stringMatching(/["']|\.\.\./)]);
      // French has a no-break space before these characters, German and English have none.
      if (language === "fr") {
        expect([name, text]).toEqual([
          name,
          expect.not.stringMatching(/[^\u00a0\u202f]([?!;»]|:(?!\S))|«[^\u00a0\u202f]/),
        ]);
      }
    }
  });
});

/** Product names are the same in all languages. */
function isName(text: string): boolean {
  return ["oidc-provider", "better-auth"].includes(text);
}
