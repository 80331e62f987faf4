/**
 * The characters of an alphabet that somebody typed, in capitals (RFC 8628 §6.1): full-width letters and
 * digits are what they look like (NFKC), case is folded, and everything that isn't of the alphabet is
 * dropped, such as spaces, any kind of hyphen, quotes and characters without width.
 */
export function typedCharacters(typed: string, alphabet: string): string {
  const known = new Set(alphabet);
  return Array.from(typed.normalize("NFKC"), (character) => character.toUpperCase())
    .filter((character) => known.has(character))
    .join("");
}

/** The digits that somebody typed. */
export function typedDigits(typed: string): string {
  return typedCharacters(typed, "0123456789");
}
