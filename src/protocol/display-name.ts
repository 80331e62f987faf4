import * as v from "valibot";

/**
 * The name of a person or a passkey. It must be one visible line: no control characters, and no characters that change
 * the direction of the surrounding text.
 */
export const DisplayName = v.pipe(
  v.string(),
  v.maxLength(1000),
  v.normalize("NFC"),
  v.trim(),
  v.maxLength(80, "must be at most 80 characters"),
  v.regex(/[\p{L}\p{N}\p{P}\p{S}]/u, "must have a visible character"),
  v.check(
    (name) => !/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u.test(name),
    "must be a line of plain text",
  ),
);
