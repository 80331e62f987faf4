import { LANGUAGES, type Language } from "./languages.ts";

/** Longer than any header that a browser sends. */
const MAX_LENGTH = 1000;

/**
 * The language for an `Accept-Language` header (RFC 9110 §12.5.4): by the highest quality, and
 * among equals by the order. A range is shortened until it matches (RFC 4647 §3.4, "lookup"), so
 * de-AT gets German.
 */
export function chooseLanguage(accepted: string | null | undefined): Language {
  const [standard] = LANGUAGES;
  const ranges = (accepted ?? "").slice(0, MAX_LENGTH).split(",").map(readRange);
  const acceptable = ranges.filter((range) => range !== undefined && range.quality > 0);
  const excluded = ranges.flatMap((range) => (range?.quality === 0 ? [range.language] : []));
  for (const range of acceptable.toSorted((a, b) => (b?.quality ?? 0) - (a?.quality ?? 0))) {
    const language = LANGUAGES.find((one) => one === range?.language);
    if (language !== undefined) return language;
    // Any language that is not excluded.
    if (range?.language === "*")
      return LANGUAGES.find((one) => !excluded.includes(one)) ?? standard;
  }
  return standard;
}

/**
 * The first supported language of a list of tags (BCP 47), separated by spaces. A tag is shortened
 * until it matches (RFC 4647 §3.4), so de-CH gives German. Unknown and malformed tags are skipped.
 */
export function lookUpLanguage(tags: string | undefined): Language | undefined {
  for (const tag of (tags ?? "").slice(0, MAX_LENGTH).split(" ")) {
    const [, primary] = /^([a-z]{1,8})(?:-[a-z\d]{1,8})*$/i.exec(tag) ?? [];
    const language = LANGUAGES.find((one) => one === primary?.toLowerCase());
    if (language !== undefined) return language;
  }
  return undefined;
}

/** One range with its quality. Undefined if it is malformed. */
function readRange(text: string): { language: string; quality: number } | undefined {
  const [, language, quality = "1"] =
    /^\s*([a-z]{1,8}|\*)(?:-[a-z\d-]+)?\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?$/i.exec(text) ??
    [];
  if (language === undefined) return undefined;
  return { language: language.toLowerCase(), quality: Math.min(1, Number(quality)) };
}
