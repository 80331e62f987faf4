import type { Context } from "hono";
import { accountStub } from "../../accounts/account-stub.ts";
import { isPublicClient } from "../../config.ts";
import { sha256 } from "../../crypto/digest.ts";
import { refusal, success, type Result } from "../../login/errors.ts";
import { INVALID_REFRESH_TOKEN, INVALID_SCOPE, type TokenError } from "../../oauth/errors.ts";
import { ownSigner } from "../../oauth/own-jwt.ts";
import { parseRefreshRequest } from "../../oauth/refresh-request.ts";
import { newRefreshToken } from "../../oauth/refresh-token.ts";
import { mintTokens, type TokenAnswer } from "../../oauth/tokens.ts";
import type { AppEnv } from "../app-env.ts";
import type { TokenRequest } from "./token-grant.ts";

/**
 * A refresh token becomes new tokens, and the next refresh token (RFC 6749 §6). Each is good for one use
 * (RFC 9700 §4.14.2): of two that come at once with the same one, one wins and the other is what a
 * thief's would look like, so the login ends. A client must not refresh twice at a time.
 */
export async function refreshToken(
  c: Context<AppEnv>,
  { client, form, jkt }: TokenRequest,
): Promise<Result<TokenAnswer, TokenError>> {
  const parsed = parseRefreshRequest(form);
  if (!parsed.ok) return parsed;
  const { token, sub, sid, scope } = parsed.value;
  const { accessTokenTtl, refreshTokenTtl } = c.var.config;
  // A token is used up by one try, so what could fail must have gone well before it.
  const sign = await ownSigner(c.env);
  const next = await newRefreshToken(sub, sid);
  const refreshed = await accountStub(c.env, sub).refresh(sid, {
    tokenHash: await sha256(token),
    nextHash: next.hash,
    clientId: client.client_id,
    idleTtl: refreshTokenTtl,
    ...(scope === undefined ? {} : { scope }),
    ...(jkt === undefined ? {} : { jkt, bind: isPublicClient(client) }),
  });
  if (!refreshed.ok) {
    switch (refreshed.error) {
      case "scope_exceeded":
        return refusal(INVALID_SCOPE);
      case "refresh_token_used":
        console.warn(`A refresh token of ${client.client_id} came twice: its login is ended`);
        return refusal(INVALID_REFRESH_TOKEN);
      case "client_mismatch":
      case "key_mismatch":
        console.warn(`A refresh token was refused to ${client.client_id}: ${refreshed.error}`);
        return refusal(INVALID_REFRESH_TOKEN);
      default:
        return refusal(INVALID_REFRESH_TOKEN);
    }
  }
  // OpenID Connect Core §12.2: the ID token says again who logged in when, without the nonce.
  const { nonce: _, ...grant } = refreshed.value;
  return success(
    await mintTokens(sign, scope === undefined ? grant : { ...grant, scope: scope.join(" ") }, {
      ttlMs: accessTokenTtl,
      refreshToken: next.token,
      ...(jkt === undefined ? {} : { jkt }),
    }),
  );
}
