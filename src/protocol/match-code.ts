import * as v from "valibot";
import { typedDigits } from "./typed-characters.ts";

const digits = (count: number, message: string) =>
  v.pipe(
    v.string(),
    v.maxLength(40),
    v.transform(typedDigits),
    v.check((typed) => typed.length === count, message),
  );

/** The code that the phone shows and that is typed on the screen: four digits, with any separators. */
export const MatchCode = digits(4, "must be four digits");

/** The digits that the screen shows and that are typed on the phone. */
export const MatchDigits = digits(2, "must be two digits");
