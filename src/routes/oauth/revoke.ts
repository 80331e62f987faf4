import { Hono, type Context } from "hono";
import { accountStub } from "../../accounts/account-stub.ts";
import { isPublicClient, type Client } from "../../config/index.ts";
import { ok, type Result } from "../../lib/result.ts";
import { invalidRequest, NOT_YOUR_TOKEN, type OAuthError } from "../../oidc/errors.ts";
import type { AppEnv } from "../app-env.ts";
import { readClientRequest } from "./authenticated-client-request.ts";
import { readDpopProof, consumeDpopProof } from "./dpop.ts";
import { resolveToken, type IssuedToken } from "./resolve-token.ts";
import { methodNotAllowed } from "../middleware/method-not-allowed.ts";
import { limitOAuthBody, onOAuthError, oauthError, NO_STORE } from "./oauth-response.ts";

/**
 * Token revocation (RFC 7009). Revoking a token of either kind ends the whole login (§2.1). A refresh token
 * that was already replaced counts too, since the client may not have received its successor; but one that is bound to a
 * key (RFC 9449 §5) and spent only with a proof of that key, as at the token endpoint.
 */
export const revoke = new Hono<AppEnv>();

revoke.onError(onOAuthError);

revoke.post("/", limitOAuthBody(), async (c) => {
  const request = await readClientRequest(c);
  if (!request.ok) return oauthError(c, request.error);
  const { client, form } = request.value;
  const token = form.get("token");
  if (token === undefined) return oauthError(c, invalidRequest("token is missing."));

  const resolved = await resolveToken(c, client, token);
  if (!resolved.ok) return oauthError(c, resolved.error);
  const found = resolved.value;
  // §2.2: an invalid token is no error.
  if (found) {
    // §2.1: a client may revoke only its own tokens.
    if (found.clientId !== client.client_id) return oauthError(c, NOT_YOUR_TOKEN);
    const allowed = await mayRevoke(c, client, found);
    if (!allowed.ok) return oauthError(c, allowed.error);
    if (!allowed.value) return c.json({}, 200, NO_STORE);
    // A request of a public client is not authenticated, so the client gets a logout token
    // (Back-Channel Logout §2.5).
    const account = accountStub(c.env, found.sub);
    await account.endLogin(found.sid, { by: "client", notifyClient: isPublicClient(client) });
  }
  // §2.2: clients ignore the body, but some libraries parse every answer as JSON.
  return c.json({}, 200, NO_STORE);
});

revoke.all("/", methodNotAllowed("POST"));

/**
 * False for a spent refresh token that is bound to a key, without a new proof of that key. If only the time of the proof
 * is wrong, the client learns that it needs a nonce (RFC 9449 §8).
 */
async function mayRevoke(
  c: Context<AppEnv>,
  client: Client,
  token: IssuedToken,
): Promise<Result<boolean, OAuthError>> {
  if (token.type === "access_token" || !token.isSpent || token.jkt === undefined) return ok(true);
  const proof = await readDpopProof(c, { client });
  if (!proof.ok) return proof.error.code === "use_dpop_nonce" ? proof : ok(false);
  if (proof.value.jkt !== token.jkt) return ok(false);
  return ok((await consumeDpopProof(c, proof.value)).ok);
}
