import * as v from "valibot";
import { typedDigits } from "./typed-characters.ts";

const digits = (count: number, message: string) =>
  v.pipe(
    v.string(),
    v.maxLength(40),
    v.transform(typedDigits),
    v.check((typed) => typed.length === count, message),
  );

/** What a phone shows and a screen's owner types: four digits, with whatever people put between them. */
export const MatchCode = digits(4, "must be four digits");

/** What a screen shows and the phone's owner types. */
export const MatchDigits = digits(2, "must be two digits");
