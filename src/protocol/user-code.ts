import { typedCharacters } from "./typed-characters.ts";

/**
 * The typed code of RFC 8628 §6.1, for people whose camera is no help: 8 letters of an alphabet that
 * has no vowels (so it spells nothing) and nothing that looks like something else. 34.5 bits.
 */
export const USER_CODE_ALPHABET = "BCDFGHJKLMNPQRSTVWXZ";
export const USER_CODE_LENGTH = 8;

/** As people read it: WDJB-MJHT. */
export function formatUserCode(code: string): string {
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}

/**
 * What somebody typed, as the code that they meant: case, and what stands between the letters, are theirs
 * to choose. Undefined when it can be no code.
 */
export function parseUserCode(typed: string): string | undefined {
  const code = typedCharacters(typed, USER_CODE_ALPHABET);
  return code.length === USER_CODE_LENGTH ? code : undefined;
}
