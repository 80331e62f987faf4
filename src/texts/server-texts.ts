import { SCREEN as SCREEN_DE } from "./de/screen.ts";
import { SERVER as SERVER_DE } from "./de/server.ts";
import { SCREEN } from "./en/screen.ts";
import { SERVER } from "./en/server.ts";
import { SCREEN as SCREEN_FR } from "./fr/screen.ts";
import { SERVER as SERVER_FR } from "./fr/server.ts";
import type { Language } from "./languages.ts";

/** What the server says to people, in every language: in its own pages, and on the screen until a script has begun. */
export const SERVER_TEXTS: Readonly<
  Record<Language, { SCREEN: typeof SCREEN; SERVER: typeof SERVER }>
> = {
  en: { SCREEN, SERVER },
  de: { SCREEN: SCREEN_DE, SERVER: SERVER_DE },
  fr: { SCREEN: SCREEN_FR, SERVER: SERVER_FR },
};
