import type { Context } from "hono";
import { accountStub } from "../../accounts/account-stub.ts";
import { readAccessToken, type AccessToken } from "../../oidc/token/access-token.ts";
import type { Client } from "../../config/index.ts";
import { ok, type Result } from "../../lib/result.ts";
import type { OAuthError } from "../../oidc/errors.ts";
import type { AppEnv } from "../app-env.ts";
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
      /** Whether its use is reuse: it was replaced, and its successor was used. */
      isSpent: boolean;
      /** Milliseconds since the epoch. */
      expiresAt: number;
      jkt?: string;
    }
);

/**
 * Reads a token of either kind that a client presents. Their forms differ, so `token_type_hint` is
 * not needed (RFC 7009 §2.1, RFC 7662 §2.1). Undefined for a token that this server did not issue, or
 * whose login has ended.
 */
export async function resolveToken(
  c: Context<AppEnv>,
  client: Client,
  token: string,
): Promise<Result<IssuedToken | undefined, OAuthError>> {
  const { env } = c;
  const refreshToken = await presentedRefreshToken(c, client, token);
  if (!refreshToken.ok) return refreshToken;
  if (refreshToken.value) {
    const { sub, sid, presented } = refreshToken.value;
    const found = await accountStub(env, sub).introspectRefreshToken(sid, presented);
    return ok(found.ok ? { type: "refresh_token", sub, sid, ...found.value } : undefined);
  }
  const read = await readAccessToken(env, token, { audience: "any" });
  if (!read.ok) return ok(undefined);
  const claims = read.value;
  const { sub, sid, client_id: clientId } = claims;
  if (!(await accountStub(env, sub).isLoggedIn(sid))) return ok(undefined);
  return ok({ type: "access_token", clientId, sub, sid, claims });
}
