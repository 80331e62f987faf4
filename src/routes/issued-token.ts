import { accountStub } from "../accounts/account-stub.ts";
import { sha256 } from "../crypto/digest.ts";
import { readAccessToken, type AccessToken } from "../oauth/access-token.ts";
import { parseRefreshToken } from "../oauth/refresh-token.ts";

/** A token of ours that is good now, and whose login it belongs to. */
export type IssuedToken = {
  clientId: string;
  sub: string;
  sid: string;
} & (
  | { type: "access_token"; claims: AccessToken }
  | {
      type: "refresh_token";
      scope: string;
      /** Milliseconds since the epoch. */
      expiresAt: number;
      jkt?: string;
    }
);

/**
 * Finds a token that a client asks about, of whichever kind: they can't be mistaken for one another, so
 * its `token_type_hint` isn't needed (RFC 7009 §2.1, RFC 7662 §2.1). Undefined for what is not good, or
 * no longer.
 */
export async function findToken(env: Env, token: string): Promise<IssuedToken | undefined> {
  const named = parseRefreshToken(token);
  if (named) {
    const { sub, sid } = named;
    const found = await accountStub(env, sub).whatRefreshes(sid, await sha256(token));
    return found.ok ? { type: "refresh_token", sub, sid, ...found.value } : undefined;
  }
  const claims = await readAccessToken(env, token);
  if (!claims) return undefined;
  const { sub, sid, client_id: clientId } = claims;
  if (!(await accountStub(env, sub).isLoggedIn(sid))) return undefined;
  return { type: "access_token", clientId, sub, sid, claims };
}
