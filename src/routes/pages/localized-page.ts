import type { Context } from "hono";
import { chooseLanguage } from "../../i18n/choose-language.ts";
import type { Language } from "../../i18n/languages.ts";
import type { AppEnv } from "../app-env.ts";

/** The pages that the build makes in every language (src/templates). */
export type PageName = "screen" | "phone" | "compare" | "notice" | "choice";

/** The supported language that the user prefers. */
export function languageOf(c: Context<AppEnv>): Language {
  return chooseLanguage(c.req.header("Accept-Language"));
}

/** The file of a page in the user's language. Only the path matters to the assets binding. */
export function pageFile(
  c: Context<AppEnv>,
  name: PageName,
  headers: HeadersInit = {},
): Promise<Response> {
  const url = new URL(`/pages/${languageOf(c)}/${name}`, "https://assets.invalid");
  return c.env.ASSETS.fetch(url, { headers });
}

/** The headers of every page. `Vary`: RFC 9110 §12.5.5. */
export function pageHeaders(c: Context<AppEnv>): Record<string, string> {
  return {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Language": languageOf(c),
    Vary: "Accept-Language",
    "Cache-Control": "no-store",
  };
}
