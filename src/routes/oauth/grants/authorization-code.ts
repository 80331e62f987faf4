import { defined } from "../../../lib/defined.ts";
import type { Context } from "hono";
import { sha256 } from "../../../lib/digest.ts";
import { err, type Result } from "../../../lib/result.ts";
import { parseCodeRequest } from "../../../oidc/token/authorization-code-request.ts";
import { invalidGrant, PROOF_USED, type OAuthError } from "../../../oidc/errors.ts";
import type { TokenResponse } from "../../../oidc/token/tokens.ts";
import type { AppEnv } from "../../app-env.ts";
import { redeemCode } from "./redeem-code.ts";
import type { TokenRequest } from "./token-grant.ts";

/** The authorization code grant (RFC 6749 §4.1.3, RFC 7636 §4.5). */
export async function authorizationCode(
  c: Context<AppEnv>,
  request: TokenRequest,
): Promise<Result<TokenResponse, OAuthError>> {
  const parsed = parseCodeRequest(request.form);
  if (!parsed.ok) return parsed;
  const { verifier, redirectUri, ...code } = parsed.value;
  const [onlyRedirectUri, ...others] = request.client.redirect_uris;
  const redeemed = await redeemCode(c, request, code, {
    grant: "authorization_code",
    verifierHash: await sha256(verifier),
    ...defined({ redirectUri }),
    ...(onlyRedirectUri === undefined || others.length > 0 ? {} : { onlyRedirectUri }),
  });
  if (redeemed.ok) return redeemed;
  return err(redeemed.error === "proof_used" ? PROOF_USED : invalidGrant(redeemed.error));
}
