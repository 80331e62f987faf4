import { Hono, type Context } from "hono";
import { isUnavailable } from "../../lib/object-unavailable.ts";
import { authorizationResponse } from "../../login-session/domain/authorization-response.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import {
  authorizationParameters,
  type AuthorizationParameters,
} from "../../oidc/authorization/authorization-parameters.ts";
import {
  parseAuthorizationRequest,
  type AuthorizationError,
} from "../../oidc/authorization/authorization-request.ts";
import {
  validateClientAndRedirect,
  type ValidatedRedirect,
} from "../../oidc/authorization/validate-redirect-uri.ts";
import { isPushedRequestUri, openPushedRequest } from "../../oidc/authorization/pushed-requests.ts";
import type { AppEnv } from "../app-env.ts";
import { createdSession } from "../sessions/session-response.ts";
import { loginRequest } from "../sessions/session-params.ts";
import { methodNotAllowed } from "../middleware/method-not-allowed.ts";
import { newSession, type BegunSession } from "../sessions/start-session.ts";
import { messagePage } from "../pages/message-page.ts";
import { postedForm, queryOf } from "../middleware/posted-form.ts";
import { rejectPrefetch } from "../middleware/reject-prefetch.ts";
import { limitPageRate } from "../middleware/rate-limit.ts";
import { loginPage } from "../pages/login-page.ts";

/**
 * The authorization endpoint (RFC 6749 §3.1, OpenID Connect Core §3.1.2): a client sends the browser
 * here, and gets it back with a code. No other site's script may read any of it (RFC 9700 §2.6), so
 * there is no CORS; no answer asks the browser to repeat a post (§4.12).
 */
export const authorize = new Hono<AppEnv>();

authorize.use("/", limitPageRate("CREATE_LIMIT", "tooManyLogins"));

authorize.get("/", rejectPrefetch(), async (c) => {
  // Whoever only asks for the headers begins no login.
  if (c.req.method === "HEAD") return c.body(null);
  const query = queryOf(c);
  return query ? await answer(c, query) : await mistake(c, "invalid_request: This is not UTF-8.");
});

authorize.post("/", async (c) => {
  const form = await postedForm(c);
  if (!form) {
    return await mistake(
      c,
      "invalid_request: The body must be application/x-www-form-urlencoded, in UTF-8.",
    );
  }
  return await answer(c, form);
});

authorize.all("/", methodNotAllowed("GET", "POST"));

async function answer(c: Context<AppEnv>, query: URLSearchParams): Promise<Response> {
  const given = await pushedOrGiven(c, authorizationParameters(query));
  if (!given.ok) return mistake(c, given.error);
  const { parameters, pushedRequest } = given.value;
  const proven = validateClientAndRedirect(parameters, c.var.config);
  if (!proven.ok) return mistake(c, `${proven.error.error}: ${proven.error.description}`);

  const { client, redirect } = proven.value;
  const request = parseAuthorizationRequest(parameters, proven.value);
  if (!request.ok) return refuse(c, proven.value, request.error);
  const login = await loginRequest(c, request.value);
  if (!login.ok) {
    return refuse(c, proven.value, { error: "invalid_request", description: login.error });
  }
  const declined = {
    error: "access_denied",
    error_description: "The login was declined, or given up.",
  };
  const pushed = pushedRequest === undefined ? {} : { pushedRequest };
  let begun: BegunSession;
  try {
    begun = await newSession(c, { ...login.value, ...pushed });
  } catch (error) {
    // The operator sees what happened, the client only that it did.
    console.error(error);
    // RFC 6749 §4.1.2.1: 503 can't be told by a redirect, so the error says it.
    const code = isUnavailable(error) ? "temporarily_unavailable" : "server_error";
    const description = "The login could not begin. Another try may help.";
    return await refuse(c, proven.value, { error: code, description });
  }
  return await loginPage(
    c,
    {
      client_name: client.name,
      session: createdSession(c, begun),
      request: request.value,
      declined: authorizationResponse(redirect, declined),
    },
    redirect.mode === "form_post" ? redirect.uri : undefined,
  );
}

/** The parameters of a request, and the pushed request that they come from, by its public id. */
interface GivenRequest {
  parameters: AuthorizationParameters;
  pushedRequest?: string;
}

/** The parameters, or where they were pushed before, those (RFC 9126 §4): what is given beside them counts for nothing. */
async function pushedOrGiven(
  c: Context<AppEnv>,
  given: AuthorizationParameters,
): Promise<Result<GivenRequest, string>> {
  const requestUri = given.values.get("request_uri");
  if (requestUri === undefined || !isPushedRequestUri(requestUri)) {
    return ok({ parameters: given });
  }
  const pushed = await openPushedRequest(c.env, given.values.get("client_id") ?? "", requestUri);
  if (pushed === undefined) {
    return err("invalid_request_uri: The request was used, is too old, or is of another client.");
  }
  return ok({
    parameters: authorizationParameters(new URLSearchParams(pushed.parameters)),
    pushedRequest: pushed.id,
  });
}

/** RFC 6749 §4.1.2.1: the client is told, at the address that was proven to be its own. */
async function refuse(
  c: Context<AppEnv>,
  { client, redirect }: ValidatedRedirect,
  { error, description }: AuthorizationError,
): Promise<Response> {
  const told = authorizationResponse(redirect, { error, error_description: description });
  // RFC 9700 §4.12: 303, by which no browser posts anything again.
  if ("redirect_to" in told) return c.redirect(told.redirect_to, 303);
  return await loginPage(c, { client_name: client.name, answer: told }, redirect.uri);
}

/** There is no address that it may be told to, so the person who sees it is told. */
function mistake(c: Context<AppEnv>, detail: string): Promise<Response> {
  return messagePage(c, { status: 400, text: "loginCannotBegin", detail });
}
