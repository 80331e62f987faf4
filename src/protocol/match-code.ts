import * as v from "valibot";

/** What a phone shows and a screen's owner types: four digits, without the spaces that people put between them. */
export const MatchCode = v.pipe(v.string(), v.regex(/^\d{4}$/, "must be four digits"));
