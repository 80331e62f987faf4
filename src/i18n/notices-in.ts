import { NOTICES as de } from "./de/notices.ts";
import { NOTICES as en } from "./en/notices.ts";
import { NOTICES as fr } from "./fr/notices.ts";

const ALL = new Map(Object.entries({ de, en, fr }));

/**
 * What phones are told, in the language of a tag (RFC 5646): the service worker has all of them, since
 * it is one for every page. de-AT is told in German, and whoever reads none of them in English.
 */
export function noticesIn(language: string): typeof en {
  return ALL.get(language.toLowerCase().split("-")[0] ?? "") ?? en;
}
