import type { Context } from "hono";
import { accountStub } from "../../accounts/account-stub.ts";
import { isPublicClient } from "../../config.ts";
import { refusal, success, type Result } from "../../login/errors.ts";
import type { Grant } from "../../login/grant.ts";
import type { Sign } from "../../oauth/own-jwt.ts";
import { hasScope } from "../../oauth/person-claims.ts";
import { newRefreshToken } from "../../oauth/refresh-token.ts";
import { mintTokens, type TokenAnswer } from "../../oauth/tokens.ts";
import type { AppEnv } from "../app-env.ts";
import type { TokenRequest } from "./token-grant.ts";

/**
 * Makes the first tokens of a login, which its account remembers from now on. A refresh token is
 * among them where the scope has offline_access: OpenID Connect Core §11 wants the person's consent
 * for that, and every login here is one, given on the phone to this very client.
 */
export async function beginLogin(
  c: Context<AppEnv>,
  { client, jkt }: TokenRequest,
  { grant, sign }: { grant: Grant; sign: Sign },
): Promise<Result<TokenAnswer, "login_ended">> {
  const { accessTokenTtl, loginTtl, refreshTokenTtl } = c.var.config;
  const { account, sessionId, scope } = grant;
  const now = Date.now();
  const refresh = hasScope(scope, "offline_access")
    ? await newRefreshToken(account.sub, sessionId)
    : undefined;
  const begun = await accountStub(c.env, account.sub).beginLogin({
    grant,
    expiresAt: now + loginTtl,
    ...(refresh
      ? {
          refresh: {
            tokenHash: refresh.hash,
            usedHashes: [],
            idleAt: now + refreshTokenTtl,
            // RFC 9449 §5: a confidential client's are bound to its authentication already.
            ...(jkt !== undefined && isPublicClient(client) ? { jkt } : {}),
          },
        }
      : {}),
  });
  if (!begun.ok) return refusal(begun.error);
  return success(
    await mintTokens(sign, grant, {
      ttlMs: accessTokenTtl,
      ...(jkt === undefined ? {} : { jkt }),
      ...(refresh ? { refreshToken: refresh.token } : {}),
    }),
  );
}
