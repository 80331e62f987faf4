import { NOTIFICATIONS as de } from "./de/notifications.ts";
import { NOTIFICATIONS as en } from "./en/notifications.ts";
import { NOTIFICATIONS as fr } from "./fr/notifications.ts";

const ALL = new Map(Object.entries({ de, en, fr }));

/**
 * The texts of push notifications in the language of a tag (RFC 5646), by default in English. The
 * service worker contains all languages, since there is one for all pages.
 */
export function notificationTexts(language: string): typeof en {
  return ALL.get(language.toLowerCase().split("-")[0] ?? "") ?? en;
}
