import { defined } from "../../../lib/defined.ts";
import type { Context } from "hono";
import type { RefreshError } from "../../../accounts/logins/refresh-tokens.ts";
import { accountStub } from "../../../accounts/account-stub.ts";
import { isPublicClient } from "../../../config/index.ts";
import { err, ok, type Result } from "../../../lib/result.ts";
import {
  invalidRefreshToken,
  RESOURCE_NOT_GRANTED,
  SCOPE_NOT_GRANTED,
  type OAuthError,
} from "../../../oidc/errors.ts";
import { parseRefreshRequest } from "../../../oidc/token/refresh-token-request.ts";
import {
  bindReference,
  newRefreshReference,
  nextRefreshToken,
} from "../../../oidc/token/refresh-token.ts";
import { createTokenSigners } from "../../../oidc/token/token-signers.ts";
import { mintTokens, type TokenResponse } from "../../../oidc/token/tokens.ts";
import type { AppEnv } from "../../app-env.ts";
import { presentedRefreshToken, type ReadRefreshToken } from "../presented-refresh-token.ts";
import type { TokenRequest } from "./token-grant.ts";

/**
 * The refresh token grant (RFC 6749 §6). The rules of rotation are in
 * accounts/logins/refresh-tokens.ts. A rejected request changes nothing, except that the reuse of a
 * replaced token ends the login.
 */
export async function refreshToken(
  c: Context<AppEnv>,
  request: TokenRequest,
): Promise<Result<TokenResponse, OAuthError>> {
  const parsed = parseRefreshRequest(request.form);
  if (!parsed.ok) return parsed;
  const { token, scope } = parsed.value;
  const { client, jkt, resources } = request;
  const found = await presentedRefreshToken(c, client, token);
  if (!found.ok) return found;
  const read = found.value;
  if (!read) return err(invalidRefreshToken("refresh_token_not_issued_here"));
  const { sub, sid, presented } = read;
  // A legacy token has no MAC, so it is looked up before anything is written for it.
  const known = read.proven
    ? ok(read.proven)
    : await accountStub(c.env, sub).introspectRefreshToken(sid, presented);
  const error = known.ok ? bindingError(known.value, request) : known.error;
  if (error) return err(toOAuthError(error));
  const used = await request.useProof();
  if (!used.ok) return used;

  const { accessTokenTtl, refreshTokenTtl, refreshRetry } = c.var.config;
  // Loads the signing keys before the token is replaced.
  const signers = await createTokenSigners(c.env, client);
  const nextKey = read.proven?.jkt ?? (isPublicClient(client) ? jkt : undefined);
  const reference = await nextReference(c.env, read, client.client_id, nextKey);
  const next = await nextRefreshToken(c.env, reference, token);
  const refreshed = await accountStub(c.env, sub).refresh(sid, {
    token: presented,
    next: {
      hash: next.hash,
      reference,
      ...defined({ jkt: nextKey }),
    },
    clientId: client.client_id,
    idleTtl: refreshTokenTtl,
    retryTtl: refreshRetry,
    ...defined({ scope, jkt, resources }),
  });
  if (!refreshed.ok) return err(toOAuthError(refreshed.error));

  const { reference: issued, serial } = refreshed.value;
  // A repeated request gets the same successor again.
  const successor = issued === reference ? next : await nextRefreshToken(c.env, issued, token);
  // OpenID Connect Core §12.2: the new ID token has no nonce.
  const { nonce: _, ...grant } = refreshed.value.grant;
  return ok(
    await mintTokens(signers, scope === undefined ? grant : { ...grant, scope: scope.join(" ") }, {
      ttlMs: accessTokenTtl,
      refreshToken: await successor.write(serial),
      ...defined({ jkt, resources: resources?.names }),
    }),
  );
}

/** Whether the token is bound to another client or key. */
function bindingError(
  token: { clientId: string; jkt?: string },
  { client, jkt }: TokenRequest,
): RefreshError | undefined {
  // RFC 6749 §6.
  if (token.clientId !== client.client_id) return "client_mismatch";
  // RFC 9449 §5.
  if (token.jkt !== undefined && token.jkt !== jkt) return "key_mismatch";
  return undefined;
}

/** The reference of the next token: the same one, unless the token gets bound to a key. */
async function nextReference(
  env: Env,
  { proven, sub, sid }: ReadRefreshToken,
  clientId: string,
  jkt: string | undefined,
): Promise<string> {
  if (!proven) {
    const key = jkt === undefined ? {} : { jkt };
    return await newRefreshReference(env, { sub, sid, clientId, ...key });
  }
  if (proven.jkt === jkt || jkt === undefined) return proven.reference;
  return await bindReference(env, proven.reference, jkt);
}

function toOAuthError(error: RefreshError): OAuthError {
  if (error === "scope_exceeded") return SCOPE_NOT_GRANTED;
  return error === "resource_not_granted" ? RESOURCE_NOT_GRANTED : invalidRefreshToken(error);
}
