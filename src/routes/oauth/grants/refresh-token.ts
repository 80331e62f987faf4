import { defined } from "../../../lib/defined.ts";
import type { Context } from "hono";
import type { RefreshError } from "../../../accounts/logins/refresh-tokens.ts";
import { accountStub } from "../../../accounts/account-stub.ts";
import { isPublicClient } from "../../../config/index.ts";
import { err, ok, type Result } from "../../../lib/result.ts";
import { INVALID_REFRESH_TOKEN, INVALID_SCOPE, type TokenError } from "../../../oidc/errors.ts";
import { createSigner } from "../../../oidc/keys/jwt.ts";
import { parseRefreshRequest } from "../../../oidc/token/refresh-token-request.ts";
import {
  bindReference,
  newRefreshReference,
  nextRefreshToken,
} from "../../../oidc/token/refresh-token.ts";
import { mintTokens, type TokenResponse } from "../../../oidc/token/tokens.ts";
import type { AppEnv } from "../../app-env.ts";
import { presentedRefreshToken, type ReadRefreshToken } from "../presented-refresh-token.ts";
import type { TokenRequest } from "./token-grant.ts";

/**
 * A refresh token becomes new tokens, and the next refresh token (RFC 6749 §6). The rules of rotation are
 * in accounts/refresh-family.ts. What is refused has changed nothing, except where a spent token is
 * presented again: that ends the login.
 */
export async function refreshToken(
  c: Context<AppEnv>,
  request: TokenRequest,
): Promise<Result<TokenResponse, TokenError>> {
  const parsed = parseRefreshRequest(request.form);
  if (!parsed.ok) return parsed;
  const { token, scope } = parsed.value;
  const { client, jkt } = request;
  const read = await presentedRefreshToken(c.env, token);
  if (!read) return err(INVALID_REFRESH_TOKEN);
  const { sub, sid, presented } = read;
  // Nothing is proven of a token without a MAC, so it is looked up before anything is written for it.
  const known = read.proven
    ? ok(read.proven)
    : await accountStub(c.env, sub).introspectRefreshToken(sid, presented);
  const error = known.ok ? refusedFor(known.value, request) : known.error;
  if (error) return refuse(request, error);
  const used = await request.useProof();
  if (!used.ok) return used;

  const { accessTokenTtl, refreshTokenTtl, refreshRetry } = c.var.config;
  // What could fail for other reasons goes before the token is replaced.
  const sign = await createSigner(c.env);
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
    ...defined({ scope, jkt }),
  });
  if (!refreshed.ok) return refuse(request, refreshed.error);

  const { grant: given, reference: issued, serial } = refreshed.value;
  // A request that is repeated gets the successor that was issued the first time.
  const successor = issued === reference ? next : await nextRefreshToken(c.env, issued, token);
  // OpenID Connect Core §12.2: the ID token says again who logged in when, without the nonce.
  const { nonce: _, ...grant } = given;
  return ok(
    await mintTokens(sign, scope === undefined ? grant : { ...grant, scope: scope.join(" ") }, {
      ttlMs: accessTokenTtl,
      refreshToken: await successor.write(serial),
      ...defined({ jkt }),
    }),
  );
}

/** What speaks against a token of ours, before it is used. */
function refusedFor(
  token: { clientId: string; jkt?: string },
  { client, jkt }: TokenRequest,
): RefreshError | undefined {
  // RFC 6749 §6: the token is bound to the client that it was issued to.
  if (token.clientId !== client.client_id) return "client_mismatch";
  // RFC 9449 §5: and to the key, if there is one.
  if (token.jkt !== undefined && token.jkt !== jkt) return "key_mismatch";
  return undefined;
}

/** What the next token begins with: the same as this one, unless it is to be bound to a key. */
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

/** The client learns no reason. The operator does where a token may have been stolen. */
function refuse({ client }: TokenRequest, error: RefreshError): { ok: false; error: TokenError } {
  switch (error) {
    case "scope_exceeded":
      return err(INVALID_SCOPE);
    case "refresh_token_used":
      console.warn(
        `A spent refresh token of ${client.client_id} was presented: its login is ended`,
      );
      break;
    case "client_mismatch":
    case "key_mismatch":
      console.warn(`A refresh token was refused to ${client.client_id}: ${error}`);
      break;
    case "refresh_token_unknown":
    case "refresh_token_expired":
    case "login_ended":
      break;
  }
  return err(INVALID_REFRESH_TOKEN);
}
