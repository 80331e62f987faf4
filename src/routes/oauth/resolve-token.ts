import { accountStub } from "../../accounts/account-stub.ts";
import { readAccessToken, type AccessToken } from "../../oidc/token/access-token.ts";
import { presentedRefreshToken } from "./presented-refresh-token.ts";

/** A token of this server, and the login that it belongs to. An access token is valid now. */
export type IssuedToken = {
  clientId: string;
  sub: string;
  sid: string;
} & (
  | { type: "access_token"; claims: AccessToken }
  | {
      type: "refresh_token";
      scope: string;
      /** False if it was replaced by a newer refresh token of the same login. */
      isGood: boolean;
      /** Milliseconds since the epoch. */
      expiresAt: number;
      jkt?: string;
    }
);

/**
 * Reads a token of either kind. Their forms differ, so `token_type_hint` is not needed (RFC 7009
 * §2.1, RFC 7662 §2.1). Undefined for a token that this server did not issue, or whose login has
 * ended.
 */
export async function resolveToken(env: Env, token: string): Promise<IssuedToken | undefined> {
  const refreshToken = await presentedRefreshToken(env, token);
  if (refreshToken) {
    const { sub, sid, presented } = refreshToken;
    const found = await accountStub(env, sub).introspectRefreshToken(sid, presented);
    return found.ok ? { type: "refresh_token", sub, sid, ...found.value } : undefined;
  }
  const read = await readAccessToken(env, token);
  if (!read.ok) return undefined;
  const claims = read.value;
  const { sub, sid, client_id: clientId } = claims;
  if (!(await accountStub(env, sub).isLoggedIn(sid))) return undefined;
  return { type: "access_token", clientId, sub, sid, claims };
}
