import { Hono } from "hono";
import { isPublicClient } from "../../config/index.ts";
import { invalidClient, invalidRequest } from "../../oidc/errors.ts";
import type { AppEnv } from "../app-env.ts";
import { readClientRequest } from "./authenticated-client-request.ts";
import { resolveToken, type IssuedToken } from "./resolve-token.ts";
import { methodNotAllowed } from "../middleware/method-not-allowed.ts";
import { limitOAuthBody, onOAuthError, oauthError, NO_STORE } from "./oauth-response.ts";

/** Token introspection (RFC 7662). */
export const introspect = new Hono<AppEnv>();

introspect.onError(onOAuthError);

introspect.post("/", limitOAuthBody(), async (c) => {
  const request = await readClientRequest(c);
  if (!request.ok) return oauthError(c, request.error);
  const { client, form } = request.value;
  // §2.1 and §4: only authenticated clients, so that nobody can test guessed tokens.
  if (isPublicClient(client)) return oauthError(c, invalidClient("client_is_public"));
  const token = form.get("token");
  if (token === undefined) return oauthError(c, invalidRequest("token is missing."));

  const resolved = await resolveToken(c, client, token);
  if (!resolved.ok) return oauthError(c, resolved.error);
  const found = resolved.value;
  // §2.2: an invalid token and another client's token get the same answer.
  const isActive = found?.type === "refresh_token" ? found.isGood : found !== undefined;
  if (!isActive || found?.clientId !== client.client_id)
    return c.json({ active: false }, 200, NO_STORE);
  return c.json({ active: true, ...tokenInfo(found, c.var.config.issuer) }, 200, NO_STORE);
});

introspect.all("/", methodNotAllowed("POST"));

/** §2.2, and RFC 9449 §6.2 for `cnf`. */
function tokenInfo(token: IssuedToken, issuer: string): object {
  if (token.type === "access_token") {
    const { scope, client_id, iss, aud, sub, sid, iat, exp, jti, cnf } = token.claims;
    const token_type = cnf ? "DPoP" : "Bearer";
    return { token_type, scope, client_id, iss, aud, sub, sid, iat, exp, jti, ...(cnf && { cnf }) };
  }
  const { scope, clientId, sub, sid, expiresAt, jkt } = token;
  return {
    scope,
    client_id: clientId,
    iss: issuer,
    sub,
    sid,
    exp: Math.floor(expiresAt / 1000),
    ...(jkt === undefined ? {} : { cnf: { jkt } }),
  };
}
