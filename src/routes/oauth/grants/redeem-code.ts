import { defined } from "../../../lib/defined.ts";
import type { Context } from "hono";
import type { RedeemedLogin } from "../../../accounts/account-rpc.ts";
import { accountStub } from "../../../accounts/account-stub.ts";
import { isPublicClient } from "../../../config/index.ts";
import { sha256 } from "../../../lib/digest.ts";
import { err, ok } from "../../../lib/result.ts";
import type { LoginResult } from "../../../login-session/domain/errors.ts";
import type { Redeem } from "../../../login-session/domain/commands.ts";
import { openAccount, type ParsedCode } from "../../../oidc/token/code-reference.ts";
import { isSuspiciousRedemption } from "../../../oidc/errors.ts";
import { createSigner, type Sign } from "../../../oidc/keys/jwt.ts";
import { FIRST_SERIAL, firstRefreshToken } from "../../../oidc/token/refresh-token.ts";
import { mintTokens, type TokenResponse } from "../../../oidc/token/tokens.ts";
import { sessionStub } from "../../../login-session/durable-object/session-stub.ts";
import type { AppEnv } from "../../app-env.ts";
import type { TokenRequest } from "./token-grant.ts";

/**
 * Redeems the code of a login session, of either grant, for tokens. Why it doesn't redeem is said
 * precisely: what of that the client may know is for its grant to decide.
 *
 * The session checks the code and all that must come with it, and has the account record the login.
 * Where the session is gone, the account is asked itself: the code names it.
 */
export async function redeemCode(
  c: Context<AppEnv>,
  request: TokenRequest,
  { code, sessionId, reference }: ParsedCode,
  proof: Redeem["proof"],
): Promise<LoginResult<TokenResponse>> {
  const { client, jkt, proof: dpop } = request;
  const account =
    reference === undefined ? undefined : await openAccount(c.env, sessionId, reference);
  // A reference that was not sealed here: no object is asked about a forged code.
  if (reference !== undefined && account === undefined) return err("code_unknown");
  const session = sessionStub(c.env, sessionId);
  if (!session) return err("session_not_found");

  // What could fail for other reasons goes before the code is redeemed.
  const sign = await createSigner(c.env);
  const presented = {
    codeHash: await sha256(code),
    clientId: client.client_id,
    proof,
    ...defined({ jkt }),
  };
  const { loginTtl, refreshTokenTtl } = c.var.config;
  const now = Date.now();
  const given = await session.redeem(
    { presented, code, ...(dpop ? { dpop } : {}) },
    {
      expiresAt: now + loginTtl,
      refreshIdleAt: now + refreshTokenTtl,
      // RFC 9449 §5: the refresh tokens of a confidential client are bound to its authentication already.
      bindsRefreshTokens: isPublicClient(client),
    },
  );
  if (given.ok) return ok(await tokensOf(c, request, { login: given.value, code, sign }));

  const sub = "sub" in given ? given.sub : given.error === "session_expired" ? account : undefined;
  const again =
    sub === undefined
      ? given
      : await accountStub(c.env, sub).redeemAgain(sessionId, presented, dpop);
  if (again.ok) return ok(await tokensOf(c, request, { login: again.value, code, sign }));

  const { error } = again;
  if (isSuspiciousRedemption(error))
    console.warn(`A code of ${client.client_id} was refused: ${error}`);
  return err(error);
}

/** Makes the first tokens of a login. For the same code, the refresh token is the same. */
async function tokensOf(
  c: Context<AppEnv>,
  { jkt }: TokenRequest,
  { login, code, sign }: { login: RedeemedLogin; code: string; sign: Sign },
): Promise<TokenResponse> {
  const { grant, refreshReference } = login;
  const first =
    refreshReference === undefined
      ? undefined
      : await firstRefreshToken(c.env, refreshReference, code);
  return await mintTokens(sign, grant, {
    ttlMs: c.var.config.accessTokenTtl,
    ...defined({ jkt }),
    ...(first ? { refreshToken: await first.write(FIRST_SERIAL) } : {}),
  });
}
