import { defined } from "../../lib/defined.ts";
import type { Grant } from "../../login-session/domain/grant.ts";
import { signAccessToken } from "./access-token.ts";
import { signIdToken } from "./id-token.ts";
import type { TokenSigners } from "./token-signers.ts";
import { hasScope } from "./user-claims.ts";

/** The token response (RFC 6749 §5.1, OpenID Connect Core §3.1.3.3, RFC 9449 §5). */
export interface TokenResponse {
  access_token: string;
  token_type: "Bearer" | "DPoP";
  /** Seconds. */
  expires_in: number;
  scope: string;
  refresh_token?: string;
  id_token?: string;
}

export interface TokenTerms {
  ttlMs: number;
  /** Thumbprint of the key that the access token is bound to. */
  jkt?: string;
  refreshToken?: string;
  /** What the access token is for, if the request names it: a part of what was granted. */
  resources?: readonly string[];
}

/** Signs the tokens of a grant: an access token, and an ID token if the scope has `openid`. */
export async function mintTokens(
  signers: TokenSigners,
  grant: Grant,
  { ttlMs, jkt, refreshToken, resources = grant.resources }: TokenTerms,
): Promise<TokenResponse> {
  const accessToken = await signAccessToken(signers.accessToken, grant, {
    ttlMs,
    ...defined({ jkt, resources }),
  });
  const response: TokenResponse = {
    access_token: accessToken,
    token_type: jkt === undefined ? "Bearer" : "DPoP",
    expires_in: ttlMs / 1000,
    scope: grant.scope,
    ...defined({ refresh_token: refreshToken }),
  };
  if (!hasScope(grant.scope, "openid")) return response;
  return { ...response, id_token: await signIdToken(signers, grant, { accessToken, ttlMs }) };
}
