import { hmacSha256 } from "../../lib/digest.ts";

/**
 * The authorization code is derived from the watch token, so that a watcher can receive it again after an
 * interruption although only its hash is stored. It begins with the session id, by which the token
 * endpoint finds the session. The rest is 256 bits that nobody without the watch token can derive.
 */
export async function authorizationCode(sessionId: string, watchToken: string): Promise<string> {
  return `${sessionId}.${await hmacSha256(watchToken, "qr-login.v1 authorization code")}`;
}
