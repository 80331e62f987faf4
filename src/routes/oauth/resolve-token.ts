import { accountStub } from "../../accounts/account-stub.ts";
import { readAccessToken, type AccessToken } from "../../oidc/token/access-token.ts";
import { presentedRefreshToken } from "./presented-refresh-token.ts";

/** A token of ours, and whose login it belongs to. An access token is good now. */
export type IssuedToken = {
  clientId: string;
  sub: string;
  sid: string;
} & (
  | { type: "access_token"; claims: AccessToken }
  | {
      type: "refresh_token";
      scope: string;
      /** Otherwise it was good once: its login goes on with another one. */
      isGood: boolean;
      /** Milliseconds since the epoch. */
      expiresAt: number;
      jkt?: string;
    }
);

/**
 * Finds a token that a client asks about, of whichever kind: they can't be mistaken for one another, so
 * its `token_type_hint` isn't needed (RFC 7009 §2.1, RFC 7662 §2.1). Undefined for what was never
 * one of ours, and for what is of a login that is over.
 */
export async function resolveToken(env: Env, token: string): Promise<IssuedToken | undefined> {
  const refreshToken = await presentedRefreshToken(env, token);
  if (refreshToken) {
    const { sub, sid, presented } = refreshToken;
    const found = await accountStub(env, sub).introspectRefreshToken(sid, presented);
    return found.ok ? { type: "refresh_token", sub, sid, ...found.value } : undefined;
  }
  const claims = await readAccessToken(env, token);
  if (!claims) return undefined;
  const { sub, sid, client_id: clientId } = claims;
  if (!(await accountStub(env, sub).isLoggedIn(sid))) return undefined;
  return { type: "access_token", clientId, sub, sid, claims };
}
