import {
  compactVerify,
  decodeJwt,
  decodeProtectedHeader,
  jwtVerify,
  type CompactVerifyGetKey,
  type CompactVerifyResult,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  type JWTVerifyResult,
  type VerifyOptions,
} from "jose";
import { JwksUnavailableError } from "./jwks-cache.ts";

/**
 * JWTs that a request brings. Whatever is wrong with one, it is simply not valid: the library throws a
 * `JOSEError` for most of that, and a `TypeError` or a `DOMException` for the rest (a header that is no
 * JSON, a key in the token that can't be imported, an RSA key below 2,048 bits). None of these may
 * become an internal error, so callers get `undefined` for all of them.
 */

/** The protected header of a JWT, not verified. */
export function headerOf(token: string): Record<string, unknown> | undefined {
  try {
    return { ...decodeProtectedHeader(token) };
  } catch {
    return undefined;
  }
}

/** The claims of a JWT, not verified. */
export function claimsOf(token: string): JWTPayload | undefined {
  try {
    return decodeJwt(token);
  } catch {
    return undefined;
  }
}

/**
 * The verified JWT, or undefined where it isn't valid. Throws `KeysUnavailable` where that can't be
 * found out now.
 */
export async function verifyJwt(
  token: string,
  key: JWTVerifyGetKey,
  options: JWTVerifyOptions,
): Promise<JWTVerifyResult | undefined> {
  return await jwtVerify(token, key, options).catch(notValid);
}

/** The same for a signature alone: what the claims say of time and audience is not looked at. */
export async function verifyJws(
  token: string,
  key: CompactVerifyGetKey,
  options: VerifyOptions,
): Promise<CompactVerifyResult | undefined> {
  return await compactVerify(token, key, options).catch(notValid);
}

function notValid(error: unknown): undefined {
  if (error instanceof JwksUnavailableError) throw error;
  return undefined;
}
