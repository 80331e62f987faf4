import * as v from "valibot";
import type { Config } from "../../config/index.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import { MAX_STATE } from "../../protocol/requests.ts";
import { invalidRequest, type OAuthError } from "../errors.ts";
import type { AuthorizationParameters } from "../authorization/authorization-parameters.ts";
import type { IdTokenHint } from "./id-token-hint.ts";

/** A validated logout request. */
export interface LogoutRequest {
  /** The login that ends; undefined if the request has no `id_token_hint`. */
  login?: IdTokenHint;
  /** Where the browser goes afterwards. */
  redirectTo?: string;
}

const short = (name: string, length: number) =>
  v.exactOptional(v.pipe(v.string(), v.maxLength(length, `${name} is too long.`)));

const Parameters = v.object({
  id_token_hint: short("id_token_hint", 8192),
  client_id: short("client_id", 100),
  post_logout_redirect_uri: short("post_logout_redirect_uri", 2000),
  state: short("state", MAX_STATE),
  // Ignored: the ID token names the user. ui_locales chooses the language of the page.
  logout_hint: short("logout_hint", 500),
  ui_locales: short("ui_locales", 200),
});

/** Validates the request of OpenID Connect RP-Initiated Logout §2. `hint`: its verified `id_token_hint`. */
export function parseLogoutRequest(
  { values, repeated, resources }: AuthorizationParameters,
  hint: Result<IdTokenHint, string> | undefined,
  { clients }: Pick<Config, "clients">,
): Result<LogoutRequest, OAuthError> {
  if (repeated.size > 0 || resources.length > 1) {
    return err(invalidRequest("A parameter is given twice."));
  }
  const parsed = v.safeParse(Parameters, Object.fromEntries(values), { abortEarly: true });
  if (!parsed.success) return err(invalidRequest(parsed.issues[0].message));
  const { client_id, post_logout_redirect_uri: redirectUri, state } = parsed.output;

  // Without a hint the request may be any site's link: it ends no login, and does not redirect
  // (§3).
  if (!hint) return ok({});
  if (!hint.ok) return err(invalidRequest("id_token_hint is no ID token of ours.", hint.error));
  const login = hint.value;
  // §2: both name the same client.
  if (client_id !== undefined && client_id !== login.aud) {
    const description = "client_id is not the client of id_token_hint.";
    return err(invalidRequest(description, "client_id_mismatch"));
  }
  if (redirectUri === undefined) return ok({ login });
  if (!clients.get(login.aud)?.post_logout_redirect_uris.includes(redirectUri)) {
    const description =
      "post_logout_redirect_uri is not one of the client's, character by character.";
    return err(invalidRequest(description, "post_logout_redirect_uri_not_registered"));
  }
  return ok({ login, redirectTo: withState(redirectUri, state) });
}

function withState(uri: string, state: string | undefined): string {
  if (state === undefined) return uri;
  const separator = !uri.includes("?") ? "?" : /[?&]$/.test(uri) ? "" : "&";
  return `${uri}${separator}${new URLSearchParams({ state }).toString()}`;
}
