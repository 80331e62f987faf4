import { typedCharacters } from "./typed-characters.ts";

/**
 * The typed code of RFC 8628 §6.1, for people who can't scan: 8 letters, 34.5 bits. The alphabet has no
 * vowels, so that codes spell no words, and no letters that look alike.
 */
export const USER_CODE_ALPHABET = "BCDFGHJKLMNPQRSTVWXZ";
export const USER_CODE_LENGTH = 8;

/** The code as it is displayed: WDJB-MJHT. */
export function formatUserCode(code: string): string {
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}

/**
 * The code in a typed text. Case, separators and everything else that people don't see as a letter are ignored.
 * Undefined if it is malformed.
 */
export function parseUserCode(typed: string): string | undefined {
  if (impossibleCharacter(typed) !== undefined) return undefined;
  const code = typedCharacters(typed, USER_CODE_ALPHABET);
  return code.length === USER_CODE_LENGTH ? code : undefined;
}

/**
 * Letters and digits that people see as such. Not the modifier letters: keyboards have some of them in the place of
 * apostrophes and dashes.
 */
const LETTER_OR_DIGIT = /^(?!\p{Default_Ignorable_Code_Point})[\p{Lu}\p{Ll}\p{Lt}\p{Lo}\p{N}]/u;

/** The first letter or digit that is in no code, such as a 5 that was typed for an S. Undefined if there is none. */
export function impossibleCharacter(typed: string): string | undefined {
  const character = Array.from(typed.normalize("NFKC")).find(
    (one) => LETTER_OR_DIGIT.test(one) && !USER_CODE_ALPHABET.includes(one.toUpperCase()),
  );
  return character?.toUpperCase();
}
