import { defined } from "../../lib/defined.ts";
import * as v from "valibot";
import { err, ok, type Result } from "../../lib/result.ts";
import { MAX_STATE, type LoginParameters } from "../../protocol/requests.ts";
import { invalidRequest, type OAuthError } from "../errors.ts";
import { parameters } from "../form.ts";
import type { AuthorizationParameters } from "./authorization-parameters.ts";
import { isWebAddress, type ValidatedRedirect } from "./validate-redirect-uri.ts";
import { readClaims } from "./claims-parameter.ts";
import { challengeError } from "./pkce.ts";
import { grantedResources, readResources } from "./resource-indicators.ts";
import { grantedScope } from "./scopes.ts";

/** A validated authorization request, as the parameters of its login. */
export type AuthorizationRequest = LoginParameters & { redirect_uri: string };

const short = (name: string, length: number) =>
  v.optional(v.pipe(v.string(), v.maxLength(length, `${name} is too long.`)));

const Parameters = v.object({
  response_mode: v.optional(
    v.picklist(
      ["query", "fragment", "form_post"],
      "response_mode must be query, fragment or form_post.",
    ),
    "query",
  ),
  // challengeError and grantedScope check these.
  code_challenge: v.optional(v.string()),
  code_challenge_method: v.optional(v.string()),
  scope: v.optional(v.string()),
  // readClaims checks it.
  claims: v.optional(v.string()),
  state: short("state", MAX_STATE),
  nonce: short("nonce", 255),
  prompt: v.optional(
    v.pipe(
      v.string(),
      v.transform((text) => text.split(" ").filter((value) => value !== "")),
      v.array(
        v.picklist(
          ["none", "login", "consent", "select_account"],
          "prompt must be none, or of login, consent and select_account.",
        ),
      ),
      v.check(
        (prompts) => prompts.length <= 1 || !prompts.includes("none"),
        "prompt none stands alone.",
      ),
    ),
  ),
  max_age: v.optional(
    v.pipe(v.string(), v.regex(/^\d{1,9}$/, "max_age must be a number of seconds."), v.toNumber()),
  ),
  id_token_hint: short("id_token_hint", 8192),
  dpop_jkt: v.optional(
    v.pipe(v.string(), v.regex(/^[\w-]{43}$/, "dpop_jkt must be a SHA-256 thumbprint.")),
  ),
  // Voluntary (OpenID Connect Core §3.1.2.1). Only ui_locales has an effect, on the page's language;
  // the phone determines the user and the authentication method.
  display: short("display", 50),
  ui_locales: short("ui_locales", 200),
  login_hint: short("login_hint", 500),
  acr_values: short("acr_values", 500),
});

/** Unsupported parameters and their error codes (OpenID Connect Core §6.1, §6.2 and §7.2.1). */
const UNSUPPORTED = [
  ["request", "request_not_supported"],
  ["request_uri", "request_uri_not_supported"],
  ["registration", "registration_not_supported"],
] as const;

/**
 * Validates an authorization request (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.1, RFC 7636
 * §4.3). Its redirect was validated before, so every error is sent there.
 */
export function parseAuthorizationRequest(
  { values, repeated, resources }: AuthorizationParameters,
  { client, redirect }: ValidatedRedirect,
): Result<AuthorizationRequest, OAuthError> {
  // RFC 6749 §3.1.
  if (repeated.size > 0) return err(invalidRequest("A parameter is given twice."));
  for (const [name, code] of UNSUPPORTED) {
    if (values.has(name)) return err({ code, description: `${name} is not supported.` });
  }
  // RFC 9700 §2.1.2: the browser only ever carries a code.
  if (!values.has("response_type")) return err(invalidRequest("response_type is missing."));
  if (values.get("response_type") !== "code") {
    const description = "response_type must be code.";
    return err({ code: "unsupported_response_type", description });
  }
  const parsed = v.safeParse(Parameters, parameters(values, Parameters), { abortEarly: true });
  if (!parsed.success) return err(invalidRequest(parsed.issues[0].message));
  const { prompt = [], max_age, response_mode, ...request } = parsed.output;
  const { code_challenge, code_challenge_method, claims } = request;
  const challenge = challengeError(client, code_challenge, code_challenge_method);
  if (challenge) return err(challenge);
  const scope = grantedScope(request.scope);
  if (!scope.ok) return scope;
  const claimsError = claims === undefined ? undefined : readClaims(claims, scope.value);
  if (claimsError?.ok === false) return claimsError;
  if (response_mode === "form_post" && !isWebAddress(redirect.uri)) {
    const description = "response_mode form_post needs a redirect_uri with http or https.";
    return err(invalidRequest(description));
  }
  if (request.state !== undefined && redirect.state === undefined) {
    const description = "state must be without line breaks where response_mode is form_post.";
    return err(invalidRequest(description));
  }
  const requested = readResources(client, redirect.issuer, resources);
  if (!requested.ok) return requested;
  // OpenID Connect Core §3.1.2.6: without single sign-on, every login needs an approval on the phone.
  if (prompt.includes("none") && !client.sso) {
    const description = "A login here always needs the person, and their phone.";
    return err({ code: "login_required", description });
  }

  // prompt=login means the same as max_age=0 (§3.1.2.1). Every approval already includes what
  // consent and select_account request; single sign-on reads them itself (sso-decision.ts).
  const maxAge = prompt.includes("login") ? 0 : max_age;
  const { nonce, id_token_hint, dpop_jkt } = request;
  return ok({
    client_id: client.client_id,
    redirect_uri: redirect.uri,
    response_mode,
    scope: scope.value,
    ...(code_challenge === undefined
      ? {}
      : { code_challenge, code_challenge_method: "S256" as const }),
    ...defined({
      state: redirect.state,
      nonce,
      max_age: maxAge,
      id_token_hint,
      dpop_jkt,
      claims,
      resource: grantedResources(requested.value),
    }),
  });
}
