import * as v from "valibot";

/** A secret or an id of 32 bytes: 43 characters of base64url. */
export const Token256 = v.pipe(
  v.string(),
  v.regex(/^[\w-]{43}$/, "must be 43 characters of base64url"),
);

export function isToken43(value: unknown): value is string {
  return v.is(Token256, value);
}
