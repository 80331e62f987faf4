import { defined } from "../../lib/defined.ts";
import type { PresentedRefreshToken } from "../../accounts/logins/refresh-tokens.ts";
import { readLegacyRefreshToken } from "../../oidc/token/legacy-refresh-token.ts";
import { openRefreshToken, type RefreshToken } from "../../oidc/token/refresh-token.ts";
import { sessionStub } from "../../login-session/durable-object/session-stub.ts";
import { ProblemError } from "../middleware/problem-response.ts";

/** A refresh token from a request, of the current or the legacy form. */
export interface ReadRefreshToken {
  sub: string;
  sid: string;
  /** How the account identifies it. */
  presented: PresentedRefreshToken;
  /** Its contents, verified by its MAC. A legacy token has no MAC. */
  proven?: RefreshToken;
}

/**
 * Reads a refresh token without calling an object, so that a forged token wakes no account;
 * undefined if this server did not issue it. Only legacy tokens have to be looked up, with a rate
 * limit for each account.
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
  // Anybody who knows a subject can forge tokens of this form.
  const { success } = await env.USER_CODE_LIMIT.limit({ key: `refresh token ${legacy.sub}` });
  if (!success) throw new ProblemError("too_many_requests");
  return { sub: legacy.sub, sid: legacy.sid, presented: { legacyHash: legacy.hash } };
}
