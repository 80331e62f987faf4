/** What a country is called in a language. */
export function countryName(code: string, language: string): string {
  try {
    return new Intl.DisplayNames(language, { type: "region" }).of(code) ?? code;
  } catch {
    // Not a country's code, such as the edge's T1 for Tor.
    return code;
  }
}
