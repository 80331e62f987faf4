import { typedCharacters } from "../../protocol/typed-characters.ts";

/**
 * A recovery code: 25 characters of Crockford's base32, 125 random bits. The first ten (the locator) name the Durable
 * Object that stores the code's hash; to guess a code, both parts must be guessed.
 */
export const RECOVERY_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
export const RECOVERY_LENGTH = 25;

const LOCATOR_LENGTH = 10;

/** The recovery code that is valid now, as the account stores it. Its hash is in its own object (recovery-codes.ts). */
export interface CurrentRecoveryCode {
  locator: string;
  /** Milliseconds since the epoch. */
  madeAt: number;
}

export interface RecoveryCode {
  locator: string;
  /** All 25 characters, without separators. */
  text: string;
}

/**
 * Reads a code as people type it: in either case, with or without separators, with O for zero and I or L for one.
 * Undefined if it has not the form of a code.
 */
export function parseRecoveryCode(typed: string): RecoveryCode | undefined {
  const text = typedCharacters(typed, `${RECOVERY_ALPHABET}OIL`)
    .replaceAll("O", "0")
    .replaceAll(/[IL]/g, "1");
  if (text.length !== RECOVERY_LENGTH) return undefined;
  return { locator: text.slice(0, LOCATOR_LENGTH), text };
}

/** For display: XXXXX-XXXXX-XXXXX-XXXXX-XXXXX. */
export function formatRecoveryCode(text: string): string {
  return text.replaceAll(/.{5}(?=.)/g, "$&-");
}
