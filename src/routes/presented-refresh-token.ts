import type { PresentedRefreshToken } from "../accounts/refresh-family.ts";
import { readLegacyRefreshToken } from "../oauth/legacy-refresh-token.ts";
import { openRefreshToken, type RefreshToken } from "../oauth/refresh-token.ts";
import { sessionStub } from "../object/session-stub.ts";

/** A refresh token that a client presents, of either form. */
export interface ReadRefreshToken {
  sub: string;
  sid: string;
  /** How its account recognises it. */
  presented: PresentedRefreshToken;
  /** What its MAC proves. Nothing is proven of a token without one (oauth/legacy-refresh-token.ts). */
  proven?: RefreshToken;
}

/**
 * Reads a refresh token without asking an object: undefined for what was never issued here. So a token
 * that is made up wakes nobody's account.
 */
export async function presentedRefreshToken(
  env: Env,
  text: string,
): Promise<ReadRefreshToken | undefined> {
  const proven = await openRefreshToken(env, text);
  if (proven) {
    const { sub, sid, serial, hash, jkt } = proven;
    const presented = { serial, hash, ...(jkt === undefined ? {} : { jkt }) };
    return { sub, sid, presented, proven };
  }
  const isSessionId = (sid: string) => sessionStub(env, sid) !== undefined;
  const legacy = await readLegacyRefreshToken(text, isSessionId);
  return legacy && { sub: legacy.sub, sid: legacy.sid, presented: { legacyHash: legacy.hash } };
}
