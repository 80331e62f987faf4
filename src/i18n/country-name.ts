/** The name of a country in a language. */
export function countryName(code: string, language: string): string {
  try {
    return new Intl.DisplayNames(language, { type: "region" }).of(code) ?? code;
  } catch {
    // Not a country code, such as Cloudflare's T1 for Tor.
    return code;
  }
}
