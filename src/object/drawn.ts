import { randomLetters } from "../crypto/random.ts";
import type { Drawn } from "../login/command.ts";

const DIGITS = "0123456789";

/** What one device shows and the other is told, for the case that it is asked for. */
export function drawn(): Drawn {
  return { digits: randomLetters(DIGITS, 2), code: randomLetters(DIGITS, 4) };
}
