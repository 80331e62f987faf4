import { defined } from "../../lib/defined.ts";
import * as v from "valibot";
import { err, ok, type Result } from "../../lib/result.ts";
import { MAX_STATE, type LoginParameters } from "../../protocol/requests.ts";
import type { AuthorizationParameters } from "./authorization-parameters.ts";
import { isWebAddress, type ValidatedRedirect } from "./validate-redirect-uri.ts";
import { grantedScope } from "./scopes.ts";

/** RFC 6749 §4.1.2.1, OpenID Connect Core §3.1.2.6, RFC 8707 §2. */
export interface AuthorizationError {
  error:
    | "invalid_request"
    | "invalid_scope"
    | "invalid_target"
    | "unsupported_response_type"
    | "request_not_supported"
    | "request_uri_not_supported"
    | "registration_not_supported"
    | "login_required"
    | "server_error"
    | "temporarily_unavailable";
  /** For whoever builds the client. Without quotes and backslashes, as the RFC has it. */
  description: string;
}

/** A request whose every part has the right form, as the parameters of the login that it asks for. */
export type AuthorizationRequest = LoginParameters & { redirect_uri: string };

const given = (name: string) => v.string(`${name} is missing.`);
const short = (name: string, length: number) =>
  v.exactOptional(v.pipe(v.string(), v.maxLength(length, `${name} is too long.`)));

const Parameters = v.object({
  response_mode: v.optional(
    v.picklist(["query", "form_post"], "response_mode must be query or form_post."),
    "query",
  ),
  // RFC 9700 §2.1.1: without PKCE, or with its plain method, a code that leaks is a login.
  code_challenge: v.pipe(
    given("code_challenge"),
    v.regex(/^[\w-]{43}$/, "code_challenge must be 43 characters of base64url."),
  ),
  code_challenge_method: v.literal("S256", "code_challenge_method must be S256."),
  // RFC 6749 §3.3: a request without a scope is refused, since there is nothing to choose for it.
  scope: v.pipe(given("scope"), v.transform(grantedScope)),
  state: short("state", MAX_STATE),
  nonce: short("nonce", 255),
  prompt: v.exactOptional(
    v.pipe(
      v.string(),
      v.transform((text) => text.split(" ")),
      v.array(
        v.picklist(
          ["none", "login", "consent", "select_account"],
          "prompt must be none, or of login, consent and select_account.",
        ),
      ),
      v.check(
        (prompts) => prompts.length === 1 || !prompts.includes("none"),
        "prompt none stands alone.",
      ),
    ),
  ),
  max_age: v.exactOptional(
    v.pipe(v.string(), v.regex(/^\d{1,9}$/, "max_age must be a number of seconds."), v.toNumber()),
  ),
  id_token_hint: short("id_token_hint", 8192),
  dpop_jkt: v.exactOptional(
    v.pipe(v.string(), v.regex(/^[\w-]{43}$/, "dpop_jkt must be a SHA-256 thumbprint.")),
  ),
  // Voluntary (OpenID Connect Core §3.1.2.1), and of no effect: the person, the language and the
  // way to authenticate are the phone's.
  display: short("display", 50),
  ui_locales: short("ui_locales", 200),
  login_hint: short("login_hint", 500),
  acr_values: short("acr_values", 500),
});

/** What is not supported, and the error that says so (OpenID Connect Core §6.1, §6.2 and §7.2.1). */
const UNSUPPORTED = [
  ["request", "request_not_supported"],
  ["request_uri", "request_uri_not_supported"],
  ["registration", "registration_not_supported"],
  // A claim may be required to have a certain value (§5.5.1): better refused than not heard.
  ["claims", "invalid_request"],
] as const;

/**
 * Reads an authorization request (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.1, RFC 7636 §4.3).
 * The redirect was proven before, so that is where every error from here on goes.
 */
export function parseAuthorizationRequest(
  { values, repeated, resources }: AuthorizationParameters,
  { client, redirect }: ValidatedRedirect,
): Result<AuthorizationRequest, AuthorizationError> {
  // RFC 6749 §3.1.
  if (repeated.size > 0) return invalid("A parameter is given twice.");
  for (const [name, error] of UNSUPPORTED) {
    if (values.has(name)) return err({ error, description: `${name} is not supported.` });
  }
  // RFC 9700 §2.1.2: nothing but a code, which is of no use to whoever sees it.
  if (!values.has("response_type")) return invalid("response_type is missing.");
  if (values.get("response_type") !== "code") {
    const description = "response_type must be code.";
    return err({ error: "unsupported_response_type", description });
  }
  const parsed = v.safeParse(Parameters, Object.fromEntries(values), { abortEarly: true });
  if (!parsed.success) return invalid(parsed.issues[0].message);
  const { scope, prompt = [], max_age, response_mode, ...asked } = parsed.output;
  if (scope === undefined) {
    const description = "scope names nothing that can be had here.";
    return err({ error: "invalid_scope", description });
  }
  if (response_mode === "form_post" && !isWebAddress(redirect.uri)) {
    return invalid("response_mode form_post needs a redirect_uri with http or https.");
  }
  if (asked.state !== undefined && redirect.state === undefined) {
    return invalid("state must be without line breaks where response_mode is form_post.");
  }
  // RFC 8707 §2: our own resources are all that our tokens are for (RFC 9068 §3).
  if (resources.some((resource) => resource !== redirect.issuer)) {
    const description = "resource names what this server gives no tokens for.";
    return err({ error: "invalid_target", description });
  }
  // OpenID Connect Core §3.1.2.6: nobody is logged in here before their phone says so.
  if (prompt.includes("none")) {
    const description = "A login here always needs the person, and their phone.";
    return err({ error: "login_required", description });
  }

  // prompt=login means the same as max_age=0 (§3.1.2.1): that the person signs in anew. What the
  // others ask for, to choose the account and to consent, is what every approval is.
  const maxAge = prompt.includes("login") ? 0 : max_age;
  const { code_challenge, code_challenge_method, nonce, id_token_hint, dpop_jkt } = asked;
  return ok({
    client_id: client.client_id,
    redirect_uri: redirect.uri,
    response_mode,
    scope,
    code_challenge,
    code_challenge_method,
    ...defined({ state: redirect.state, nonce, max_age: maxAge, id_token_hint, dpop_jkt }),
  });
}

function invalid(description: string): { ok: false; error: AuthorizationError } {
  return err({ error: "invalid_request", description });
}
