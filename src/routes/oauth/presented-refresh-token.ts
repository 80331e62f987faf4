import type { Context } from "hono";
import { isPublicClient, type Client } from "../../config/index.ts";
import { defined } from "../../lib/defined.ts";
import type { PresentedRefreshToken } from "../../accounts/logins/refresh-tokens.ts";
import { readLegacyRefreshToken } from "../../oidc/token/legacy-refresh-token.ts";
import { openRefreshToken, type RefreshToken } from "../../oidc/token/refresh-token.ts";
import { sessionStub } from "../../login-session/durable-object/session-stub.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import { TOO_MANY_REQUESTS, type OAuthError } from "../../oidc/errors.ts";
import type { AppEnv } from "../app-env.ts";
import { isKeyWithinRate, isWithinRate } from "../middleware/rate-limit.ts";

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
 * Reads a refresh token of a client's request without calling an object, so that a forged token wakes no account;
 * undefined if this server did not issue it. Only legacy tokens have to be looked up, with rate limits.
 */
export async function presentedRefreshToken(
  c: Context<AppEnv>,
  client: Client,
  text: string,
): Promise<Result<ReadRefreshToken | undefined, OAuthError>> {
  const { env } = c;
  const proven = await openRefreshToken(env, text);
  if (proven) {
    const { sub, sid, serial, hash, jkt } = proven;
    const presented = { serial, hash, ...defined({ jkt }) };
    return ok({ sub, sid, presented, proven });
  }
  const isSessionId = (sid: string) => sessionStub(env, sid) !== undefined;
  const legacy = await readLegacyRefreshToken(text, isSessionId);
  if (!legacy) return ok(undefined);
  const { sub, sid, hash } = legacy;
  if (!(await mayLookUp(c, client, legacy))) return err(TOO_MANY_REQUESTS);
  return ok({ sub, sid, presented: { legacyHash: hash } });
}

/**
 * Limits for tokens that anybody can forge who knows a subject. The first is for who sends them, so that forged tokens use
 * up nobody else's; the server of a confidential client sends those of all its users. The second is for the login, whose
 * id only its owner and its client know.
 */
async function mayLookUp(
  c: Context<AppEnv>,
  client: Client,
  { sub, sid }: { sub: string; sid: string },
): Promise<boolean> {
  const purpose = `refresh token ${client.client_id}`;
  if (isPublicClient(client) && !(await isWithinRate(c, "USER_CODE_LIMIT", purpose))) return false;
  return await isKeyWithinRate(c.env, "USER_CODE_LIMIT", `refresh token ${sub} ${sid}`);
}
