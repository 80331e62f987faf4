import { sha256 } from "../../lib/digest.ts";
import { decodeBase64urlText } from "../../lib/base64url.ts";

/**
 * MIGRATION. A refresh token of the first format, without a MAC: `<sub>.<sid>.<secret>`, with the subject in
 * base64url. Its next use returns a token of the current format
 * (accounts/logins/legacy-refresh-family.ts).
 *
 * LOGIN_TTL after the update no login has such a token. Version 0.3.0 does not read them: this file and its
 * callers are deleted in it. The migration of the stored rows stays (lib/row-format.ts).
 */
export interface LegacyRefreshToken {
  sub: string;
  sid: string;
  /** Of the whole token. */
  hash: string;
}

/** A subject of up to 250 characters in base64url, a session id and a secret. */
const FORM = /^([\w-]{2,340})\.([\w-]{43})\.[\w-]{43}$/;

/**
 * Parses a token of that format. It is not authenticated, but the runtime recognises the session
 * ids that it created (lib/object-id.ts), so `isSessionId` rejects most forged tokens without a
 * call to an account.
 */
export async function readLegacyRefreshToken(
  token: string,
  isSessionId: (sid: string) => boolean,
): Promise<LegacyRefreshToken | undefined> {
  const [, name, sid] = FORM.exec(token) ?? [];
  if (name === undefined || sid === undefined || !isSessionId(sid)) return undefined;
  const sub = decodeBase64urlText(name);
  return sub === undefined ? undefined : { sub, sid, hash: await sha256(token) };
}
