import { sha256 } from "../../lib/digest.ts";
import { decodeBase64urlText } from "../../lib/base64url.ts";

/**
 * MIGRATION. Refresh tokens as they were issued before they had a MAC: `<sub>.<sid>.<secret>`, the
 * subject in base64url. Clients still hold them. Each is exchanged for a token of the new form when it
 * is used (accounts/legacy-refresh-family.ts).
 *
 * LOGIN_TTL after an update from such a version no login has one any more. Version 0.3.0 reads no such token: this file,
 * legacy-refresh-family.ts and what uses them are deleted in it.
 */
export interface LegacyRefreshToken {
  sub: string;
  sid: string;
  /** Of the whole token. */
  hash: string;
}

/** 250 characters of a subject, encoded; an id and a secret of 43, and the dots between. */
const FORM = /^([\w-]{2,340})\.([\w-]{43})\.[\w-]{43}$/;

/**
 * Reads a token of that form. Nothing in it proves that it is one of ours. Session ids do, up to a
 * point: the runtime makes them and recognises them (crypto/object-id.ts), so `isSessionId` tells a
 * token that is made up from nothing without asking an account.
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
