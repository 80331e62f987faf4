import { LANGUAGES, type Language } from "./languages.ts";

/** Longer than any list of languages that a browser sends. */
const MAX_LENGTH = 1000;

/**
 * The language that a browser's owner likes best of ours, by its `Accept-Language` (RFC 9110 §12.5.4):
 * the highest quality first, and of equals the one that is named first. A range is cut shorter until
 * it names one (RFC 4647 §3.4, "lookup"), so de-AT is answered in German.
 */
export function chooseLanguage(accepted: string | null | undefined): Language {
  const [standard] = LANGUAGES;
  const ranges = (accepted ?? "").slice(0, MAX_LENGTH).split(",").map(readRange);
  const liked = ranges.filter((range) => range !== undefined && range.quality > 0);
  const refused = ranges.flatMap((range) => (range?.quality === 0 ? [range.language] : []));
  for (const range of liked.toSorted((a, b) => (b?.quality ?? 0) - (a?.quality ?? 0))) {
    const language = LANGUAGES.find((one) => one === range?.language);
    if (language !== undefined) return language;
    // Whatever there is, but what was refused.
    if (range?.language === "*") return LANGUAGES.find((one) => !refused.includes(one)) ?? standard;
  }
  return standard;
}

/** One range with its quality; nothing where it can't be read. */
function readRange(text: string): { language: string; quality: number } | undefined {
  const [, language, quality = "1"] =
    /^\s*([a-z]{1,8}|\*)(?:-[a-z\d-]+)?\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?$/i.exec(text) ??
    [];
  if (language === undefined) return undefined;
  return { language: language.toLowerCase(), quality: Math.min(1, Number(quality)) };
}
