import { defined } from "../../../lib/defined.ts";
import type { Context } from "hono";
import type { RedeemedLogin } from "../../../accounts/account-rpc.ts";
import { isPublicClient } from "../../../config/index.ts";
import { sha256 } from "../../../lib/digest.ts";
import { err, ok, type Result } from "../../../lib/result.ts";
import type { LoginErrorCode } from "../../../login-session/domain/errors.ts";
import type { Redeem } from "../../../login-session/domain/commands.ts";
import { openAccount, type ParsedCode } from "../../../oidc/token/code-reference.ts";
import { FIRST_SERIAL, firstRefreshToken } from "../../../oidc/token/refresh-token.ts";
import { createTokenSigners, type TokenSigners } from "../../../oidc/token/token-signers.ts";
import { mintTokens, type TokenResponse } from "../../../oidc/token/tokens.ts";
import { sessionStub } from "../../../login-session/durable-object/session-stub.ts";
import type { AppEnv } from "../../app-env.ts";
import type { TokenRequest } from "./token-grant.ts";

/**
 * Redeems an authorization code or a device code for tokens. The error is the exact reason; the
 * grant decides what the client learns of it.
 *
 * The session checks the code and its proof, and the account records the login. If the session is
 * deleted, it asks the account that the code names.
 */
export async function redeemCode(
  c: Context<AppEnv>,
  request: TokenRequest,
  { code, sessionId, reference }: ParsedCode,
  proof: Redeem["proof"],
): Promise<Result<TokenResponse, LoginErrorCode>> {
  const { client, jkt, proof: dpop, resources } = request;
  const account =
    reference === undefined ? undefined : await openAccount(c.env, sessionId, reference);
  // The reference was not sealed by this server: no object is called for a forged code.
  if (reference !== undefined && account === undefined) return err("code_unknown");
  const session = sessionStub(c.env, sessionId);
  if (!session) return err("session_not_found");

  // Loads the signing keys before the code is redeemed, so that a failure does not use up the code.
  const signers = await createTokenSigners(c.env, client);
  const presented = {
    codeHash: await sha256(code),
    clientId: client.client_id,
    proof,
    ...defined({ jkt, resources }),
    // FAPI 2.0 Security Profile §5.3.2.2.
    ...(client.profile === "fapi2" ? { isSingleUse: true as const } : {}),
  };
  const { loginTtl, refreshTokenTtl } = c.var.config;
  const now = Date.now();
  const redeemed = await session.redeem(
    { presented, code, ...defined({ sub: account, dpop }) },
    {
      expiresAt: now + loginTtl,
      refreshIdleAt: now + refreshTokenTtl,
      // RFC 9449 §5: a confidential client's refresh tokens are bound to its authentication
      // already.
      bindsRefreshTokens: isPublicClient(client),
    },
  );
  return redeemed.ok
    ? ok(await issueTokens(c, request, { login: redeemed.value, code, signers }))
    : redeemed;
}

/** Issues the first tokens of a login. The same code always gives the same refresh token. */
async function issueTokens(
  c: Context<AppEnv>,
  { jkt, resources }: TokenRequest,
  { login, code, signers }: { login: RedeemedLogin; code: string; signers: TokenSigners },
): Promise<TokenResponse> {
  const { grant, refreshReference } = login;
  const first =
    refreshReference === undefined
      ? undefined
      : await firstRefreshToken(c.env, refreshReference, code);
  return await mintTokens(signers, grant, {
    ttlMs: c.var.config.accessTokenTtl,
    ...defined({ jkt, resources: resources?.names }),
    ...(first ? { refreshToken: await first.write(FIRST_SERIAL) } : {}),
  });
}
