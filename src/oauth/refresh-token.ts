import { sha256 } from "../crypto/digest.ts";
import { randomToken } from "../crypto/random.ts";
import { decodeBase64urlText, encodeBase64url } from "../login/base64url.ts";

/**
 * A refresh token: `<sub>.<sid>.<secret>`, each base64url. To its client it is an opaque text; to us
 * the first two parts say which account to ask about which login, and the secret is known there as a
 * hash only.
 */
export interface RefreshToken {
  sub: string;
  sid: string;
}

/** 250 characters of a subject, encoded; an id and a secret of 43, and the dots between. */
const FORM = /^([\w-]{2,340})\.([\w-]{43})\.[\w-]{43}$/;

/** Makes a token for a login; only the hash is to be kept. */
export async function newRefreshToken(
  sub: string,
  sid: string,
): Promise<{ token: string; hash: string }> {
  const name = encodeBase64url(new TextEncoder().encode(sub));
  const token = `${name}.${sid}.${randomToken()}`;
  return { token, hash: await sha256(token) };
}

/** What a token says that it is of, or undefined where it was never one of ours. */
export function parseRefreshToken(token: string): RefreshToken | undefined {
  const [, name, sid] = FORM.exec(token) ?? [];
  if (name === undefined || sid === undefined) return undefined;
  const sub = decodeBase64urlText(name);
  return sub === undefined ? undefined : { sub, sid };
}
