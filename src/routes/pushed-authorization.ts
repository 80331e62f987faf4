import { Hono, type Context } from "hono";
import type { Client } from "../config.ts";
import { refusal, success, type Result } from "../login/errors.ts";
import { authorizationParameters } from "../oauth/authorization-parameters.ts";
import { parseAuthorizationRequest } from "../oauth/authorization-request.ts";
import type { DpopProof } from "../oauth/dpop-proof.ts";
import { invalidDpopProof, invalidRequest } from "../oauth/errors.ts";
import type { Form } from "../oauth/form.ts";
import { proveRedirect } from "../oauth/proven-redirect.ts";
import { PUSHED_REQUEST_TTL, pushRequest } from "../oauth/pushed-requests.ts";
import type { AppEnv } from "./app-env.ts";
import { readClientRequest } from "./client-request.ts";
import { dpopProofOf, useDpopProof } from "./dpop-key.ts";
import { loginRequest } from "./login-request.ts";
import { methodNotAllowed } from "./method-not-allowed.ts";
import { limitOAuthBody, onOAuthError, refuseOAuth, UNCACHED } from "./oauth-answer.ts";

/**
 * A client sends its authorization request ahead, and the browser only brings its name (RFC 9126):
 * nobody on the way can read or change it, and the client is known before anyone is asked for anything.
 */
export const pushedAuthorization = new Hono<AppEnv>();

pushedAuthorization.onError(onOAuthError);

pushedAuthorization.post("/", limitOAuthBody(), async (c) => {
  const authenticated = await readClientRequest(c, "CREATE_LIMIT");
  if (!authenticated.ok) return refuseOAuth(c, authenticated.error);
  const { client, form } = authenticated.value;
  // §2.1: a pushed request is the request, not the name of another one.
  if (form.has("request_uri")) return refuse(c, invalidRequest("request_uri is not taken here."));
  const bound = await boundToKey(c, requestOf(client, form));
  if (!bound.ok) return refuse(c, invalidDpopProof(bound.error));

  const parameters = authorizationParameters(bound.value.request);
  const proven = proveRedirect(parameters, c.var.config);
  if (!proven.ok) return refuse(c, proven.error);
  const request = parseAuthorizationRequest(parameters, proven.value);
  if (!request.ok) return refuse(c, request.error);
  const login = await loginRequest(c, request.value);
  if (!login.ok) return refuse(c, invalidRequest(login.error));

  const { proof } = bound.value;
  const used = proof && (await useDpopProof(c, proof));
  if (used?.ok === false) return refuse(c, invalidDpopProof(used.error));
  const requestUri = await pushRequest(c.env, {
    clientId: client.client_id,
    parameters: new URLSearchParams(Object.fromEntries(bound.value.request)).toString(),
    sessionTtl: c.var.config.sessionTtl,
  });
  return c.json({ request_uri: requestUri, expires_in: PUSHED_REQUEST_TTL / 1000 }, 201, UNCACHED);
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
  if (c.req.header("DPoP") === undefined) return success({ request });
  const proof = await dpopProofOf(c);
  if (!proof.ok) return proof;
  const { jkt } = proof.value;
  if ((request.get("dpop_jkt") ?? jkt) !== jkt) {
    return refusal("The DPoP proof is of another key than dpop_jkt.");
  }
  return success({ request: new Map([...request, ["dpop_jkt", jkt]]), proof: proof.value });
}

/** §2.3: the error that the authorization endpoint would give, as the token endpoint would tell it. */
function refuse(c: Context, { error, description }: { error: string; description: string }) {
  return c.json({ error, error_description: description }, 400, UNCACHED);
}
