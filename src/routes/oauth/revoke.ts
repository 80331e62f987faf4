import { Hono } from "hono";
import { accountStub } from "../../accounts/account-stub.ts";
import { isPublicClient } from "../../config/index.ts";
import { invalidRequest, NOT_YOUR_TOKEN } from "../../oidc/errors.ts";
import type { AppEnv } from "../app-env.ts";
import { readClientRequest } from "./authenticated-client-request.ts";
import { resolveToken } from "./resolve-token.ts";
import { methodNotAllowed } from "../middleware/method-not-allowed.ts";
import { limitOAuthBody, onOAuthError, oauthError, NO_STORE } from "./oauth-response.ts";

/**
 * A client gives a token back (RFC 7009). The whole login ends with it, whichever kind it was: with a
 * refresh token its access tokens should end, with an access token its refresh token may (§2.1); and
 * whoever has one of them revoked means the person to be logged out there. A refresh token that was
 * replaced does so too: a client whose last answer was lost has no other.
 */
export const revoke = new Hono<AppEnv>();

revoke.onError(onOAuthError);

revoke.post("/", limitOAuthBody(), async (c) => {
  const request = await readClientRequest(c);
  if (!request.ok) return oauthError(c, request.error);
  const { client, form } = request.value;
  const token = form.get("token");
  if (token === undefined) return oauthError(c, invalidRequest("token is missing."));

  const found = await resolveToken(c.env, token);
  // §2.2: what isn't good any more is what the client wants it to be.
  if (found) {
    // §2.1: a client may give back what it was given, nobody else's.
    if (found.clientId !== client.client_id) return oauthError(c, NOT_YOUR_TOKEN);
    // Anyone can say the name of a public client: then the client hears of it by a logout token
    // (Back-Channel Logout §2.5), since it may not have asked.
    const account = accountStub(c.env, found.sub);
    await account.endLogin(found.sid, { by: "client", notifyClient: isPublicClient(client) });
  }
  return c.body(null, 200, NO_STORE);
});

revoke.all("/", methodNotAllowed("POST"));
