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
 * The code in a typed text. Case and separators are ignored. Undefined if it is malformed.
 */
export function parseUserCode(typed: string): string | undefined {
  const code = typedCharacters(typed, USER_CODE_ALPHABET);
  return code.length === USER_CODE_LENGTH ? code : undefined;
}
