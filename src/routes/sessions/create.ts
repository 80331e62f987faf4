import { Hono, type Context } from "hono";
import { defined } from "../../lib/defined.ts";
import { ok } from "../../lib/result.ts";
import { BUILT_IN_SCOPE, isBuiltInClient, mustPush, type Client } from "../../config/index.ts";
import { challengeError } from "../../oidc/authorization/pkce.ts";
import type { OAuthError } from "../../oidc/errors.ts";
import { isRegisteredRedirect } from "../../oidc/authorization/redirect-uri.ts";
import { grantedScope } from "../../oidc/authorization/scopes.ts";
import { comesBackUnchanged } from "../../oidc/authorization/validate-redirect-uri.ts";
import { CreateSessionBody } from "../../protocol/requests.ts";
import type { AppEnv } from "../app-env.ts";
import { ProblemError } from "../middleware/problem-response.ts";
import { limitRate } from "../middleware/rate-limit.ts";
import { isFirstParty } from "../middleware/same-origin.ts";
import { jsonBody } from "../middleware/request-body.ts";
import { onLoginPage, sessionParameters } from "./session-params.ts";
import { startSession } from "./start-session.ts";

/** A screen creates a session. */
export const creation = new Hono<AppEnv>();

creation.post("/", limitRate("CREATE_LIMIT"), async (c) => {
  const body = await jsonBody(c, CreateSessionBody);
  const client = c.var.config.clients.get(body.client_id);
  if (!client) throw new ProblemError("client_unknown");
  refuseForeignOrigin(c, client);
  refuseUnlessPushed(client);
  const { code_challenge, code_challenge_method } = body;
  const challenge = challengeError(client, code_challenge, code_challenge_method);
  if (challenge) throw problemOf(challenge);
  if (body.redirect_uri !== undefined && !isRegisteredRedirect(client, body.redirect_uri)) {
    throw new ProblemError("redirect_uri_unknown");
  }
  if (body.state !== undefined && !comesBackUnchanged(body.state, body.response_mode)) {
    throw new ProblemError("invalid_request", {
      detail: "state must be without line breaks for form_post",
    });
  }
  // A built-in client gets no tokens, so the approver is asked for no other scope.
  const scope = isBuiltInClient(client) ? ok(BUILT_IN_SCOPE) : grantedScope(body.scope);
  if (!scope.ok) throw problemOf(scope.error);
  const parameters = await sessionParameters(c, client, { ...body, scope: scope.value });
  if (!parameters.ok) throw problemOf(parameters.error);
  const userCode = body.user_code !== false;
  // The login page creates another session for its client if one ends without an approval.
  const isOnLoginPage = parameters.value.redirect !== undefined && isFirstParty(c);
  const session = isOnLoginPage ? onLoginPage(c, client, parameters.value) : parameters.value;
  return c.json(await startSession(c, session, { userCode }), 201);
});

function problemOf({ description, reason }: OAuthError): ProblemError {
  return new ProblemError("invalid_request", { detail: description, ...defined({ reason }) });
}

/** RFC 9126 §5: this endpoint authenticates no client. */
function refuseUnlessPushed(client: Client): void {
  if (!mustPush(client)) return;
  throw new ProblemError("invalid_request", {
    detail: "This client must push its authorization requests.",
  });
}

/** A request without an `Origin` is no cross-origin request of a browser. */
function refuseForeignOrigin(c: Context<AppEnv>, client: Client): void {
  const origin = c.req.header("Origin");
  const { issuer } = c.var.config;
  if (origin === undefined || origin === issuer || client.allowed_origins.includes(origin)) return;
  throw new ProblemError("origin_not_allowed", {
    detail: `This page's origin is neither ISSUER (${issuer}) nor one of the client's allowed_origins.`,
  });
}
