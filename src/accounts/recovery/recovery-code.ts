import { typedCharacters } from "../../protocol/typed-characters.ts";

/**
 * A recovery code: 25 characters of Crockford's base32, 125 random bits. The first ten say which object
 * knows the code, the rest is what that object compares; to guess one, both must be guessed.
 */
export const RECOVERY_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
export const RECOVERY_LENGTH = 25;

const LOCATOR_LENGTH = 10;

export interface RecoveryCode {
  locator: string;
  /** All 25 characters, as they are hashed. */
  text: string;
}

/**
 * Reads a code as people write it: in either case, with or without what stands between its groups, with an O for
 * a zero, an I or an L for a one. Undefined for what was never a code.
 */
export function parseRecoveryCode(typed: string): RecoveryCode | undefined {
  const text = typedCharacters(typed, `${RECOVERY_ALPHABET}OIL`)
    .replaceAll("O", "0")
    .replaceAll(/[IL]/g, "1");
  if (text.length !== RECOVERY_LENGTH) return undefined;
  return { locator: text.slice(0, LOCATOR_LENGTH), text };
}

/** As it is shown: XXXXX-XXXXX-XXXXX-XXXXX-XXXXX. */
export function formatRecoveryCode(text: string): string {
  return text.replaceAll(/.{5}(?=.)/g, "$&-");
}
