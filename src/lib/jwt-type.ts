import { headerOf } from "./verify-jwt.ts";

/**
 * Whether the `typ` of a JWT is one of these (RFC 8725 §3.11); `undefined` stands for a JWT without
 * one. It is a media type, compared without case, whose "application/" may be left out (RFC 7515
 * §4.1.9).
 */
export function isJwtOfType(token: string, types: readonly (string | undefined)[]): boolean {
  const header = headerOf(token);
  if (!header) return false;
  const { typ } = header;
  if (typ === undefined) return types.includes(undefined);
  if (typeof typ !== "string") return false;
  return types.includes(typ.toLowerCase().replace(/^application\//, ""));
}
