import { Hono, type Context } from "hono";
import type { Client } from "../../config/index.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import { authorizationParameters } from "../../oidc/authorization/authorization-parameters.ts";
import { parseAuthorizationRequest } from "../../oidc/authorization/authorization-request.ts";
import type { DpopProof } from "../../oidc/dpop/dpop-proof.ts";
import { invalidDpopProof, invalidRequest } from "../../oidc/errors.ts";
import type { Form } from "../../oidc/form.ts";
import { validateClientAndRedirect } from "../../oidc/authorization/validate-redirect-uri.ts";
import { PUSHED_REQUEST_TTL, pushRequest } from "../../oidc/authorization/pushed-requests.ts";
import type { AppEnv } from "../app-env.ts";
import { readClientRequest } from "./authenticated-client-request.ts";
import { readDpopProof, consumeDpopProof } from "./dpop.ts";
import { loginRequest } from "../sessions/session-params.ts";
import { methodNotAllowed } from "../middleware/method-not-allowed.ts";
import { limitOAuthBody, onOAuthError, oauthError, NO_STORE } from "./oauth-response.ts";

/**
 * A client sends its authorization request ahead, and the browser only brings its name (RFC 9126):
 * nobody on the way can read or change it, and the client is known before anyone is asked for anything.
 */
export const pushedAuthorization = new Hono<AppEnv>();

pushedAuthorization.onError(onOAuthError);

pushedAuthorization.post("/", limitOAuthBody(), async (c) => {
  const authenticated = await readClientRequest(c, "CREATE_LIMIT");
  if (!authenticated.ok) return oauthError(c, authenticated.error);
  const { client, form } = authenticated.value;
  // §2.1: a pushed request is the request, not the name of another one.
  if (form.has("request_uri")) return refuse(c, invalidRequest("request_uri is not taken here."));
  const bound = await boundToKey(c, requestOf(client, form));
  if (!bound.ok) return refuse(c, invalidDpopProof(bound.error));

  const parameters = authorizationParameters(bound.value.request);
  const proven = validateClientAndRedirect(parameters, c.var.config);
  if (!proven.ok) return refuse(c, proven.error);
  const request = parseAuthorizationRequest(parameters, proven.value);
  if (!request.ok) return refuse(c, request.error);
  const login = await loginRequest(c, request.value);
  if (!login.ok) return refuse(c, invalidRequest(login.error));

  const { proof } = bound.value;
  const used = proof && (await consumeDpopProof(c, proof));
  if (used?.ok === false) return refuse(c, invalidDpopProof(used.error));
  const requestUri = await pushRequest(c.env, {
    clientId: client.client_id,
    parameters: new URLSearchParams(Object.fromEntries(bound.value.request)).toString(),
    sessionTtl: c.var.config.sessionTtl,
  });
  return c.json({ request_uri: requestUri, expires_in: PUSHED_REQUEST_TTL / 1000 }, 201, NO_STORE);
});

pushedAuthorization.all("/", methodNotAllowed("POST"));

/** What proves the client, which is nothing of the request itself. */
const CREDENTIALS = ["client_secret", "client_assertion", "client_assertion_type"];

function requestOf(client: Client, form: Form): Form {
  const request = [...form].filter(([name]) => !CREDENTIALS.includes(name));
  return new Map([...request, ["client_id", client.client_id]]);
}

/**
 * RFC 9449 §10.1: a proof that comes with the request says the same as its `dpop_jkt`. That it was used
 * is stored once the request is known to be good.
 */
async function boundToKey(
  c: Context<AppEnv>,
  request: Form,
): Promise<Result<{ request: Form; proof?: DpopProof }, string>> {
  if (c.req.header("DPoP") === undefined) return ok({ request });
  const proof = await readDpopProof(c);
  if (!proof.ok) return proof;
  const { jkt } = proof.value;
  if ((request.get("dpop_jkt") ?? jkt) !== jkt) {
    return err("The DPoP proof is of another key than dpop_jkt.");
  }
  return ok({ request: new Map([...request, ["dpop_jkt", jkt]]), proof: proof.value });
}

/** §2.3: the error that the authorization endpoint would give, as the token endpoint would tell it. */
function refuse(c: Context, { error, description }: { error: string; description: string }) {
  return c.json({ error, error_description: description }, 400, NO_STORE);
}
