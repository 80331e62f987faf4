import type { Context } from "hono";
import { accountStub } from "../../accounts/account-stub.ts";
import { beginFamily } from "../../accounts/refresh-family.ts";
import { isPublicClient } from "../../config.ts";
import { refusal, success, type Result } from "../../login/errors.ts";
import type { Grant } from "../../login/grant.ts";
import type { Sign } from "../../oauth/own-jwt.ts";
import { hasScope } from "../../oauth/person-claims.ts";
import { FIRST_SERIAL, firstRefreshToken, newRefreshReference } from "../../oauth/refresh-token.ts";
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
  { grant, code, sign }: { grant: Grant; code: string; sign: Sign },
): Promise<Result<TokenAnswer, "login_ended">> {
  const { accessTokenTtl, loginTtl, refreshTokenTtl } = c.var.config;
  const { account, sessionId, clientId, scope } = grant;
  const now = Date.now();
  // RFC 9449 §5: the refresh tokens of a confidential client are bound to its authentication already.
  const key = jkt !== undefined && isPublicClient(client) ? { jkt } : {};
  const reference = hasScope(scope, "offline_access")
    ? await newRefreshReference(c.env, { sub: account.sub, sid: sessionId, clientId, ...key })
    : undefined;
  const first =
    reference === undefined ? undefined : await firstRefreshToken(c.env, reference, code);
  const begun = await accountStub(c.env, account.sub).beginLogin({
    grant,
    expiresAt: now + loginTtl,
    ...(first && reference !== undefined
      ? {
          refresh: beginFamily(
            { reference, serial: FIRST_SERIAL, hash: first.hash, ...key },
            now + refreshTokenTtl,
          ),
        }
      : {}),
  });
  if (!begun.ok) return refusal(begun.error);
  return success(
    await mintTokens(sign, grant, {
      ttlMs: accessTokenTtl,
      ...(jkt === undefined ? {} : { jkt }),
      ...(first ? { refreshToken: await first.write(FIRST_SERIAL) } : {}),
    }),
  );
}
