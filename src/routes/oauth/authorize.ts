import { Hono, type Context } from "hono";
import { mustPush } from "../../config/index.ts";
import { isUnavailable } from "../../lib/object-unavailable.ts";
import { sessionStub } from "../../login-session/durable-object/session-stub.ts";
import { authorizationResponse } from "../../login-session/domain/authorization-response.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import {
  authorizationParameters,
  type AuthorizationParameters,
} from "../../oidc/authorization/authorization-parameters.ts";
import { parseAuthorizationRequest } from "../../oidc/authorization/authorization-request.ts";
import { invalidRequest, type OAuthError } from "../../oidc/errors.ts";
import {
  validateClientAndRedirect,
  type ValidatedRedirect,
} from "../../oidc/authorization/validate-redirect-uri.ts";
import { isPushedRequestUri, openPushedRequest } from "../../oidc/authorization/pushed-requests.ts";
import type { CreatedSession } from "../../protocol/responses.ts";
import type { AppEnv } from "../app-env.ts";
import { onLoginPage, sessionParameters } from "../sessions/session-params.ts";
import { methodNotAllowed } from "../middleware/method-not-allowed.ts";
import { startSession } from "../sessions/start-session.ts";
import { messagePage } from "../pages/message-page.ts";
import { postedForm, queryOf } from "../middleware/posted-form.ts";
import { rejectPrefetch } from "../middleware/reject-prefetch.ts";
import { limitPageRate } from "../middleware/rate-limit.ts";
import { setUiLocales } from "../pages/localized-page.ts";
import { loginPage } from "../pages/login-page.ts";
import { singleSignOn, type SsoAnswer } from "./single-sign-on.ts";
import { logOAuthError, setLoggedClient } from "./oauth-response.ts";

/**
 * The authorization endpoint (RFC 6749 §3.1, OpenID Connect Core §3.1.2): a client sends the
 * browser here, and it returns with a code. No CORS, so that no other site's script can read a
 * response (RFC 9700 §2.6); no response makes the browser repeat a POST (§4.12).
 */
export const authorize = new Hono<AppEnv>();

authorize.use("/", limitPageRate("CREATE_LIMIT", "tooManyLogins"));

authorize.get("/", rejectPrefetch(), async (c) => {
  // HEAD must not start a login.
  if (c.req.method === "HEAD") return c.body(null);
  const query = queryOf(c);
  return query
    ? await startLogin(c, query)
    : await errorPage(c, invalidRequest("This is not UTF-8."));
});

authorize.post("/", async (c) => {
  const form = await postedForm(c);
  const description = "The body must be application/x-www-form-urlencoded, in UTF-8.";
  return form ? await startLogin(c, form) : await errorPage(c, invalidRequest(description));
});

authorize.all("/", methodNotAllowed("GET", "POST"));

async function startLogin(c: Context<AppEnv>, query: URLSearchParams): Promise<Response> {
  const sent = authorizationParameters(query);
  setUiLocales(c, sent.values.get("ui_locales"));
  setLoggedClient(c, sent.values.get("client_id"));
  const resolved = await resolvePushedRequest(c, sent);
  if (!resolved.ok) return errorPage(c, resolved.error);
  const { parameters, ...pushedRequest } = resolved.value;
  setUiLocales(c, parameters.values.get("ui_locales"));
  const validated = validateClientAndRedirect(parameters, c.var.config);
  if (!validated.ok) return errorPage(c, validated.error);

  const { client, redirect } = validated.value;
  if (mustPush(client) && pushedRequest.pushedRequest === undefined) {
    return errorToClient(c, validated.value, NOT_PUSHED);
  }
  const request = parseAuthorizationRequest(parameters, validated.value);
  if (!request.ok) return errorToClient(c, validated.value, request.error);
  const login = await sessionParameters(c, client, request.value);
  if (!login.ok) return errorToClient(c, validated.value, login.error);
  const declined = {
    error: "access_denied",
    error_description: "The login was declined, or given up.",
  };
  let session: CreatedSession;
  try {
    const sso = { validated: validated.value, sent: query, parameters };
    const signedOn = await singleSignOn(c, { ...sso, login: { ...login.value, ...pushedRequest } });
    if (signedOn?.ok === false) return await errorToClient(c, validated.value, signedOn.error);
    if (signedOn) return await answerOf(c, validated.value, signedOn.value);
    session = await startSession(c, onLoginPage(c, client, { ...login.value, ...pushedRequest }));
  } catch (error) {
    console.error(error);
    // RFC 6749 §4.1.2.1: a redirect can't have status 503, so the code says it.
    const code = isUnavailable(error) ? "temporarily_unavailable" : "server_error";
    const description = "The login could not begin. Another try may help.";
    return await errorToClient(c, validated.value, { code, description });
  }
  return await loginPage(
    c,
    {
      client_name: client.name,
      session,
      ...(mustPush(client) ? {} : { request: request.value }),
      declined: authorizationResponse(redirect, declined),
      ...(client.sso ? { sso: true } : {}),
    },
    redirect.mode === "form_post" ? redirect.uri : undefined,
  );
}

/** RFC 9126 §5. */
const NOT_PUSHED = invalidRequest("This client must push its authorization requests.");

interface ResolvedRequest {
  parameters: AuthorizationParameters;
  /** The public id of the pushed request that the parameters come from. */
  pushedRequest?: string;
}

/** If `request_uri` names a pushed request, its parameters replace all others (RFC 9126 §4). */
async function resolvePushedRequest(
  c: Context<AppEnv>,
  sent: AuthorizationParameters,
): Promise<Result<ResolvedRequest, OAuthError>> {
  const requestUri = sent.values.get("request_uri");
  if (requestUri === undefined || !isPushedRequestUri(requestUri)) return ok({ parameters: sent });
  const clientId = sent.values.get("client_id") ?? "";
  const pushed = await openPushedRequest(
    c.env,
    clientId,
    requestUri,
    async (sessionId, isExpired) => {
      const status = await sessionStub(c.env, sessionId)?.status();
      // A session that was approved is deleted before its request expires only if it was redeemed.
      if (isExpired || status === undefined) return status === "approved";
      return status !== "redeemed";
    },
  );
  if (pushed === undefined) {
    return err({
      code: "invalid_request_uri",
      description: "The request was used, is too old, or is of another client.",
      reason: "pushed_request_not_open",
    });
  }
  return ok({
    parameters: authorizationParameters(new URLSearchParams(pushed.parameters)),
    pushedRequest: pushed.id,
  });
}

/** RFC 6749 §4.1.2.1: sends the error to the validated redirect URI. */
async function errorToClient(
  c: Context<AppEnv>,
  { client, redirect }: ValidatedRedirect,
  error: OAuthError,
): Promise<Response> {
  logOAuthError(c, error);
  const parameters = { error: error.code, error_description: error.description };
  return await answerOf(
    c,
    { client, redirect },
    {
      response: authorizationResponse(redirect, parameters),
    },
  );
}

/** Takes the browser to the client, or shows a page of single sign-on. */
async function answerOf(
  c: Context<AppEnv>,
  { client, redirect }: ValidatedRedirect,
  answer: SsoAnswer,
): Promise<Response> {
  if ("page" in answer) return answer.page;
  const { response } = answer;
  // RFC 9700 §4.12: with 303 no browser repeats a POST.
  if ("redirect_to" in response) return c.redirect(response.redirect_to, 303);
  return await loginPage(c, { client_name: client.name, answer: response }, redirect.uri);
}

/** Shows the error in the browser: there is no validated redirect URI. */
function errorPage(c: Context<AppEnv>, error: OAuthError): Promise<Response> {
  logOAuthError(c, error);
  const detail = `${error.code}: ${error.description}`;
  return messagePage(c, { status: 400, text: "loginCannotBegin", detail });
}
