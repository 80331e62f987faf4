/**
 * The typed characters that belong to an alphabet, in capitals (RFC 8628 §6.1). Full-width letters and
 * digits are normalized (NFKC), case is ignored, and all other characters are dropped: spaces, hyphens of
 * any kind, quotes and zero-width characters.
 */
export function typedCharacters(typed: string, alphabet: string): string {
  const known = new Set(alphabet);
  return Array.from(typed.normalize("NFKC"), (character) => character.toUpperCase())
    .filter((character) => known.has(character))
    .join("");
}

/** The typed digits. */
export function typedDigits(typed: string): string {
  return typedCharacters(typed, "0123456789");
}
