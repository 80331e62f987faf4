import { defined } from "../../../lib/defined.ts";
import type { Context } from "hono";
import { sha256 } from "../../../lib/digest.ts";
import { err, type Result } from "../../../lib/result.ts";
import type { LoginErrorCode } from "../../../login-session/domain/errors.ts";
import { parseCodeRequest } from "../../../oidc/token/authorization-code-request.ts";
import {
  invalidGrant,
  PROOF_USED,
  RESOURCE_NOT_GRANTED,
  type OAuthError,
} from "../../../oidc/errors.ts";
import type { TokenResponse } from "../../../oidc/token/tokens.ts";
import type { AppEnv } from "../../app-env.ts";
import { redeemCode } from "./redeem-code.ts";
import type { TokenRequest } from "./token-grant.ts";

/** The authorization code grant (RFC 6749 §4.1.3, RFC 7636 §4.5). */
export async function authorizationCode(
  c: Context<AppEnv>,
  request: TokenRequest,
): Promise<Result<TokenResponse, OAuthError>> {
  const parsed = parseCodeRequest(request.form, request.client);
  if (!parsed.ok) return parsed;
  const { verifier, redirectUri, ...code } = parsed.value;
  const [onlyRedirectUri, ...others] = request.client.redirect_uris;
  const redeemed = await redeemCode(c, request, code, {
    grant: "authorization_code",
    ...defined({
      verifierHash: verifier === undefined ? undefined : await sha256(verifier),
      redirectUri,
    }),
    ...(onlyRedirectUri === undefined || others.length > 0 ? {} : { onlyRedirectUri }),
  });
  return redeemed.ok ? redeemed : err(toOAuthError(redeemed.error));
}

function toOAuthError(error: LoginErrorCode): OAuthError {
  if (error === "proof_used") return PROOF_USED;
  return error === "resource_not_granted" ? RESOURCE_NOT_GRANTED : invalidGrant(error);
}
