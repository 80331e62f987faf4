import {
  compactVerify,
  decodeJwt,
  decodeProtectedHeader,
  errors,
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
import { err, ok, type Result } from "./result.ts";

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
 * Verifies a JWT from a request. The error is the reason for the operator's log. Throws
 * `JwksUnavailableError` if the keys can't be fetched.
 */
export async function verifyJwt(
  token: string,
  key: JWTVerifyGetKey,
  options: JWTVerifyOptions,
): Promise<Result<JWTVerifyResult, string>> {
  return await jwtVerify(token, key, options).then(ok, notValid);
}

/** Verifies the signature of a JWT, but neither its expiry nor its audience. */
export async function verifyJws(
  token: string,
  key: CompactVerifyGetKey,
  options: VerifyOptions,
): Promise<Result<CompactVerifyResult, string>> {
  return await compactVerify(token, key, options).then(ok, notValid);
}

/**
 * The library throws a `JOSEError` for most invalid tokens, and a `TypeError` or a `DOMException`
 * for the rest: a header that is not JSON, a key in the token that can't be imported, an RSA key
 * below 2,048 bits. None of them may become an internal error.
 */
function notValid(error: unknown) {
  if (error instanceof JwksUnavailableError) throw error;
  if (error instanceof errors.JWTClaimValidationFailed) return err(`${error.code} ${error.claim}`);
  return err(error instanceof errors.JOSEError ? error.code : "malformed_jwt");
}
