import { headerOf } from "./verify-jwt.ts";

/**
 * Whether a JWT says to be of one of these kinds; `undefined` among them stands for one that doesn't
 * say. RFC 8725 §3.11: kinds of JWT are told apart by `typ`. RFC 7515 §4.1.9: it is a media type, of
 * which "application/" may be left out, compared without regard to case.
 */
export function isJwtOfType(token: string, types: readonly (string | undefined)[]): boolean {
  const header = headerOf(token);
  if (!header) return false;
  const { typ } = header;
  if (typ === undefined) return types.includes(undefined);
  if (typeof typ !== "string") return false;
  return types.includes(typ.toLowerCase().replace(/^application\//, ""));
}
