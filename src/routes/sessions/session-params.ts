import type { Context } from "hono";
import { policyOf, type Client } from "../../config/index.ts";
import { defined } from "../../lib/defined.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import { invalidRequest, type OAuthError } from "../../oidc/errors.ts";
import type { SessionParameters } from "../../login-session/domain/session.ts";
import { readClaims } from "../../oidc/authorization/claims-parameter.ts";
import { grantedResources, readResources } from "../../oidc/authorization/resource-indicators.ts";
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
  const { code_challenge: codeChallenge, scope, resource } = request;
  const hint =
    id_token_hint === undefined ? undefined : await readIdTokenHint(c.env, id_token_hint);
  // OpenID Connect Core §3.1.2.1: we issued it, and to this client.
  if (hint && !(hint.ok && hint.value.aud === client.client_id)) {
    const reason = hint.ok ? "id_token_hint_of_another_client" : hint.error;
    const description = "id_token_hint is no ID token of this server for this client.";
    return err(invalidRequest(description, reason));
  }
  const asked = readClaims(request.claims ?? "{}", scope);
  if (!asked.ok) return asked;
  const { claims, subjects, requiredAcr } = asked.value;
  const allowed = allowedSubjects(hint?.value.sub, subjects);
  if (!allowed.ok) return allowed;
  const { issuer, issuers } = c.var.config;
  // Only users of trusted issuers have an acr.
  if (requiredAcr && (requiredAcr.length === 0 || issuers.size === 0)) return err(ACR_NOT_POSSIBLE);
  const resources = readResources(client, issuer, resource ?? []);
  if (!resources.ok) return resources;
  return ok({
    ...clientParameters(c, client, scope),
    begunBy: { grant: "authorization_code", ...defined({ codeChallenge }) },
    ...(redirect_uri !== undefined && {
      redirect: { uri: redirect_uri, mode: response_mode, issuer, ...defined({ state }) },
    }),
    ...defined({
      nonce,
      maxAge: max_age === undefined ? undefined : max_age * 1000,
      dpopJkt: dpop_jkt,
      claims,
      requiredAcr,
      resources: grantedResources(resources.value),
    }),
    ...allowed.value,
  });
}

/** The accounts that may approve, if the client names them by `id_token_hint` or by `sub` in `claims`. */
function allowedSubjects(
  hinted: string | undefined,
  requested: string[] | undefined,
): Result<Pick<SessionParameters, "expectedSub" | "allowedSubs">, OAuthError> {
  if (!requested) return ok(defined({ expectedSub: hinted }));
  const subjects = hinted === undefined ? requested : requested.filter((sub) => sub === hinted);
  const [first, ...others] = subjects;
  if (first === undefined) {
    return err(
      invalidRequest(
        "claims asks for a sub that nobody can have, or not the one of id_token_hint.",
      ),
    );
  }
  return ok(others.length === 0 ? { expectedSub: first } : { allowedSubs: subjects });
}

/** OpenID Connect Core §5.5.1.1. */
const ACR_NOT_POSSIBLE: OAuthError = {
  code: "unmet_authentication_requirements",
  description: "The essential acr can not be had here.",
};
