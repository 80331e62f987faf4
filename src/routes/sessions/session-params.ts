import type { Context } from "hono";
import { policyOf, type Client } from "../../config/index.ts";
import { defined } from "../../lib/defined.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import { invalidRequest, type OAuthError } from "../../oidc/errors.ts";
import type { SessionParameters } from "../../login-session/domain/session.ts";
import { readIdTokenHint } from "../../oidc/logout/id-token-hint.ts";
import { accessTermsOf } from "../../oidc/token/access-terms.ts";
import type { LoginParameters } from "../../protocol/requests.ts";
import type { AppEnv } from "../app-env.ts";
import { deviceInfoOf } from "../middleware/device-info.ts";

/** The parameters that follow from the client, the configuration and the device that sent the request. */
export function clientParameters(
  c: Context<AppEnv>,
  client: Client,
  scope: string,
): Pick<SessionParameters, "clientId" | "scope" | "codeTtl" | "screen" | "policy" | "access"> {
  const { config } = c.var;
  const clientId = client.client_id;
  return {
    clientId,
    scope,
    codeTtl: config.codeTtl,
    screen: deviceInfoOf(c.req.raw),
    policy: policyOf(client),
    access: accessTermsOf({ clientId, scope }, config),
  };
}

/**
 * The parameters of a login on our own login page: if its client has single sign-on, the browser may stay logged in, and
 * the phone shows that.
 */
export function onLoginPage(
  c: Context<AppEnv>,
  client: Client,
  parameters: SessionParameters,
): SessionParameters {
  const { access } = parameters;
  if (!client.sso || !access) return parameters;
  return { ...parameters, access: { ...access, sso: c.var.config.ssoTtl } };
}

/**
 * The parameters of a browser's login. The client and its redirect URI are checked before.
 */
export async function sessionParameters(
  c: Context<AppEnv>,
  client: Client,
  request: LoginParameters,
): Promise<Result<SessionParameters, OAuthError>> {
  const { redirect_uri, response_mode, state, nonce, max_age, id_token_hint, dpop_jkt } = request;
  const hint =
    id_token_hint === undefined ? undefined : await readIdTokenHint(c.env, id_token_hint);
  // OpenID Connect Core §3.1.2.1: we issued it, and to this client.
  if (hint && !(hint.ok && hint.value.aud === client.client_id)) {
    const reason = hint.ok ? "id_token_hint_of_another_client" : hint.error;
    const description = "id_token_hint is no ID token of this server for this client.";
    return err(invalidRequest(description, reason));
  }
  const { issuer } = c.var.config;
  return ok({
    ...clientParameters(c, client, request.scope),
    begunBy: { grant: "authorization_code", codeChallenge: request.code_challenge },
    ...(redirect_uri !== undefined && {
      redirect: { uri: redirect_uri, mode: response_mode, issuer, ...defined({ state }) },
    }),
    ...defined({
      nonce,
      maxAge: max_age === undefined ? undefined : max_age * 1000,
      expectedSub: hint?.value.sub,
      dpopJkt: dpop_jkt,
    }),
  });
}
