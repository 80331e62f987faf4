import type { Grant } from "../login/grant.ts";
import { signAccessToken } from "./access-token.ts";
import { signIdToken } from "./id-token.ts";
import type { Sign } from "./own-jwt.ts";
import { hasScope } from "./person-claims.ts";

/** The answer to a code that was redeemed (RFC 6749 §5.1, OpenID Connect Core §3.1.3.3). */
export interface TokenAnswer {
  access_token: string;
  token_type: "Bearer";
  /** Seconds. */
  expires_in: number;
  scope: string;
  id_token?: string;
}

/** Turns a grant into tokens; an ID token is among them when the scope has openid. */
export async function mintTokens(sign: Sign, grant: Grant, ttlMs: number): Promise<TokenAnswer> {
  const accessToken = await signAccessToken(sign, grant, ttlMs);
  const answer: TokenAnswer = {
    access_token: accessToken,
    token_type: "Bearer",
    expires_in: ttlMs / 1000,
    scope: grant.scope,
  };
  if (!hasScope(grant.scope, "openid")) return answer;
  return { ...answer, id_token: await signIdToken(sign, grant, accessToken, ttlMs) };
}
