import { randomString } from "../../lib/random.ts";
import type { MatchingCodes } from "../domain/commands.ts";

const DIGITS = "0123456789";

/** What one device shows and the other is told, for the case that it is asked for. */
export function drawMatchingCodes(): MatchingCodes {
  return { digits: randomString(DIGITS, 2), code: randomString(DIGITS, 4) };
}
