import { defined } from "../../lib/defined.ts";
import type { PresentedRefreshToken } from "../../accounts/logins/refresh-tokens.ts";
import { readLegacyRefreshToken } from "../../oidc/token/legacy-refresh-token.ts";
import { openRefreshToken, type RefreshToken } from "../../oidc/token/refresh-token.ts";
import { sessionStub } from "../../login-session/durable-object/session-stub.ts";
import { ProblemError } from "../middleware/problem-response.ts";

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
 * that is made up wakes nobody's account. Only tokens without a MAC have to be looked up; how often,
 * is limited for each account.
 */
export async function presentedRefreshToken(
  env: Env,
  text: string,
): Promise<ReadRefreshToken | undefined> {
  const proven = await openRefreshToken(env, text);
  if (proven) {
    const { sub, sid, serial, hash, jkt } = proven;
    const presented = { serial, hash, ...defined({ jkt }) };
    return { sub, sid, presented, proven };
  }
  const isSessionId = (sid: string) => sessionStub(env, sid) !== undefined;
  const legacy = await readLegacyRefreshToken(text, isSessionId);
  if (!legacy) return undefined;
  // Whoever knows a subject can make up tokens of this form, so few of them are looked up.
  const { success } = await env.USER_CODE_LIMIT.limit({ key: `refresh token ${legacy.sub}` });
  if (!success) throw new ProblemError("too_many_requests");
  return { sub: legacy.sub, sid: legacy.sid, presented: { legacyHash: legacy.hash } };
}
