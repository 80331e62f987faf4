import { Hono } from "hono";
import { isPublicClient } from "../../config/index.ts";
import { INVALID_CLIENT, invalidRequest } from "../../oidc/errors.ts";
import type { AppEnv } from "../app-env.ts";
import { readClientRequest } from "./authenticated-client-request.ts";
import { resolveToken, type IssuedToken } from "./resolve-token.ts";
import { methodNotAllowed } from "../middleware/method-not-allowed.ts";
import { limitOAuthBody, onOAuthError, oauthError, NO_STORE } from "./oauth-response.ts";

/** Whether a token is good, and for what (RFC 7662). */
export const introspect = new Hono<AppEnv>();

introspect.onError(onOAuthError);

introspect.post("/", limitOAuthBody(), async (c) => {
  const request = await readClientRequest(c);
  if (!request.ok) return oauthError(c, request.error);
  const { client, form } = request.value;
  // §2.1 and §4: who asks must be known, or tokens could be tried out here. Anyone can say a public name.
  if (isPublicClient(client)) return oauthError(c, INVALID_CLIENT);
  const token = form.get("token");
  if (token === undefined) return oauthError(c, invalidRequest("token is missing."));

  const found = await resolveToken(c.env, token);
  // §2.2: what isn't good, or isn't theirs to ask about, is inactive, and not a word more is said.
  const isGood = found?.type === "refresh_token" ? found.isGood : found !== undefined;
  if (!isGood || found?.clientId !== client.client_id)
    return c.json({ active: false }, 200, NO_STORE);
  return c.json({ active: true, ...described(found, c.var.config.issuer) }, 200, NO_STORE);
});

introspect.all("/", methodNotAllowed("POST"));

/** §2.2, and RFC 9449 §6.2 for `cnf`. */
function described(token: IssuedToken, issuer: string): object {
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
