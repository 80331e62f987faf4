import { decodeBase64url, encodeBase64url } from "../login/base64url.ts";
import type { LoginSession } from "./login-session.ts";

/**
 * A session's public id and its object's id are the same 32 bytes: base64url outside, hexadecimal
 * inside. The runtime makes them, 128 random bits and a MAC, and refuses any that it didn't make.
 */
export function sessionIdOf(id: DurableObjectId): string {
  const pairs = id.toString().match(/../g) ?? [];
  return encodeBase64url(Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16)));
}

/** The object of a session, or undefined for an id that was never one. */
export function sessionStub(
  env: Env,
  sessionId: string,
): DurableObjectStub<LoginSession> | undefined {
  if (!/^[\w-]{43}$/.test(sessionId)) return undefined;
  const bytes = decodeBase64url(sessionId);
  // The last character has two bits to spare; only one spelling of an id is its id.
  if (encodeBase64url(bytes) !== sessionId) return undefined;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  try {
    return env.LOGIN_SESSIONS.get(env.LOGIN_SESSIONS.idFromString(hex));
  } catch {
    return undefined;
  }
}
