import { hmacSha256 } from "../../lib/digest.ts";

/**
 * The authorization code: derived from the watch token, so that whoever may watch can be told it
 * again after any interruption, although only its hash is stored. It names its session, for the
 * token endpoint to find it; it is 256 bits that nobody else can derive.
 */
export async function authorizationCode(sessionId: string, watchToken: string): Promise<string> {
  return `${sessionId}.${await hmacSha256(watchToken, "qr-login.v1 authorization code")}`;
}
