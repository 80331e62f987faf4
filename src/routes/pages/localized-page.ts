import type { Context } from "hono";
import { chooseLanguage, lookUpLanguage } from "../../i18n/choose-language.ts";
import type { Language } from "../../i18n/languages.ts";
import type { AppEnv } from "../app-env.ts";

/** The pages that the build makes in every language (src/templates). */
export type PageName = "screen" | "phone" | "compare" | "notice" | "choice";

/**
 * Sets the languages that the client prefers for the pages of this request: the `ui_locales`
 * parameter (OpenID Connect Core §3.1.2.1, RP-Initiated Logout §2).
 */
export function setUiLocales(c: Context<AppEnv>, uiLocales: string | undefined): void {
  if (uiLocales !== undefined) c.set("uiLocales", uiLocales);
}

/**
 * The supported language that the client prefers, or else the user's browser. A request that is refused
 * before its parameters are read has them in the query.
 */
export function languageOf(c: Context<AppEnv>): Language {
  const uiLocales = c.var.uiLocales ?? c.req.query("ui_locales");
  return lookUpLanguage(uiLocales) ?? chooseLanguage(c.req.header("Accept-Language"));
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
