import { Hono, type Context } from "hono";
import { isPublicClient, type Client } from "../../config/index.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import { authorizationParameters } from "../../oidc/authorization/authorization-parameters.ts";
import { parseAuthorizationRequest } from "../../oidc/authorization/authorization-request.ts";
import type { DpopProof } from "../../oidc/dpop/dpop-proof.ts";
import { invalidDpopProof, invalidRequest, type OAuthError } from "../../oidc/errors.ts";
import type { Form } from "../../oidc/form.ts";
import { validateClientAndRedirect } from "../../oidc/authorization/validate-redirect-uri.ts";
import { PUSHED_REQUEST_TTL, pushRequest } from "../../oidc/authorization/pushed-requests.ts";
import type { AppEnv } from "../app-env.ts";
import { readClientRequest } from "./authenticated-client-request.ts";
import { readDpopProof, consumeDpopProof } from "./dpop.ts";
import { sessionParameters } from "../sessions/session-params.ts";
import { methodNotAllowed } from "../middleware/method-not-allowed.ts";
import { limitOAuthBody, onOAuthError, oauthError, NO_STORE } from "./oauth-response.ts";

/**
 * Pushed authorization requests (RFC 9126): the client sends its request directly, and the browser
 * carries a reference to it.
 */
export const pushedAuthorization = new Hono<AppEnv>();

pushedAuthorization.onError(onOAuthError);

pushedAuthorization.post("/", limitOAuthBody(), async (c) => {
  const authenticated = await readClientRequest(c, "CREATE_LIMIT");
  if (!authenticated.ok) return oauthError(c, authenticated.error);
  const { client, form, resources } = authenticated.value;
  // §2.1: request_uri must not be pushed.
  if (form.has("request_uri"))
    return oauthError(c, invalidRequest("request_uri is not taken here."));
  const bound = await bindToKey(c, client, requestOf(client, form));
  if (!bound.ok) return oauthError(c, bound.error);

  const pairs = [
    ...bound.value.request,
    ...resources.map((resource) => ["resource", resource] as const),
  ];
  const parameters = authorizationParameters(pairs);
  const validated = validateClientAndRedirect(parameters, c.var.config);
  if (!validated.ok) return oauthError(c, validated.error);
  const request = parseAuthorizationRequest(parameters, validated.value);
  if (!request.ok) return oauthError(c, request.error);
  const session = await sessionParameters(c, validated.value.client, request.value);
  if (!session.ok) return oauthError(c, session.error);

  const { proof } = bound.value;
  // A public client's proof is not stored: anybody can make one, and a replay only makes another request for the same key.
  const used = proof && !isPublicClient(client) && (await consumeDpopProof(c, proof));
  if (used && !used.ok) return oauthError(c, used.error);
  const requestUri = await pushRequest(c.env, {
    clientId: client.client_id,
    parameters: new URLSearchParams(pairs.map((pair) => [...pair])).toString(),
    sessionTtl: c.var.config.sessionTtl,
  });
  return c.json({ request_uri: requestUri, expires_in: PUSHED_REQUEST_TTL / 1000 }, 201, NO_STORE);
});

pushedAuthorization.all("/", methodNotAllowed("POST"));

/** Parameters that authenticate the client, and are no part of the authorization request. */
const CREDENTIALS = ["client_secret", "client_assertion", "client_assertion_type"];

function requestOf(client: Client, form: Form): Form {
  const request = [...form].filter(([name]) => !CREDENTIALS.includes(name));
  return new Map([...request, ["client_id", client.client_id]]);
}

/**
 * RFC 9449 §10.1: a DPoP proof in the request has the effect of `dpop_jkt`. An authenticated client's proof is
 * consumed once the request is validated.
 */
async function bindToKey(
  c: Context<AppEnv>,
  client: Client,
  request: Form,
): Promise<Result<{ request: Form; proof?: DpopProof }, OAuthError>> {
  if (c.req.header("DPoP") === undefined) return ok({ request });
  const proof = await readDpopProof(c, { client });
  if (!proof.ok) return proof;
  const { jkt } = proof.value;
  if ((request.get("dpop_jkt") ?? jkt) !== jkt) {
    const description = "The DPoP proof is of another key than dpop_jkt.";
    return err(invalidDpopProof(description, "dpop_jkt_mismatch"));
  }
  return ok({ request: new Map([...request, ["dpop_jkt", jkt]]), proof: proof.value });
}
