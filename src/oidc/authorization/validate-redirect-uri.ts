import { isBuiltInClient, type Client, type Config } from "../../config/index.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import type { Redirect, ResponseMode } from "../../login-session/domain/session.ts";
import type { AuthorizationParameters } from "./authorization-parameters.ts";
import { invalidRequest, type OAuthError } from "../errors.ts";
import { differsInLocalhostPort, isRegisteredRedirect } from "./redirect-uri.ts";

/** Characters: a longer URL is more than many servers accept. */
const MAX_RETURNED_STATE = 8000;

/**
 * A registered client and one of its redirect URIs. Only such a URI is ever sent a code or an error
 * (RFC 6749 §4.1.2.1, RFC 9700 §4.11).
 */
export interface ValidatedRedirect {
  client: Client;
  redirect: Redirect;
}

/** RFC 6749 §3.1.2.4: these checks come before all others. */
export function validateClientAndRedirect(
  { values, repeated }: AuthorizationParameters,
  { clients, issuer }: Pick<Config, "clients" | "issuer">,
): Result<ValidatedRedirect, OAuthError> {
  for (const name of ["client_id", "redirect_uri"]) {
    if (repeated.has(name)) return err(invalidRequest(`${name} is given twice.`));
  }
  const clientId = values.get("client_id");
  if (clientId === undefined) return err(invalidRequest("client_id is missing."));
  const client = clients.get(clientId);
  if (!client || isBuiltInClient(client)) {
    const description = "No client with this client_id is registered.";
    return err(invalidRequest(description, "client_not_registered"));
  }

  const uri = values.get("redirect_uri") ?? onlyRedirect(client, values.get("scope"));
  if (uri === undefined) return err(invalidRequest("redirect_uri is missing."));
  if (!isRegisteredRedirect(client, uri)) {
    const description = differsInLocalhostPort(client, uri)
      ? "redirect_uri is for localhost with another port than registered: register http://127.0.0.1, where any port may be used (RFC 8252 section 7.3)."
      : "redirect_uri is not one of the client's, character by character.";
    return err(invalidRequest(description, "redirect_uri_not_registered"));
  }
  const mode = responseMode(values.get("response_mode"), uri);
  const state = values.get("state");
  return ok({
    client,
    redirect: {
      uri,
      mode,
      issuer,
      ...(state === undefined || !comesBackUnchanged(state, mode) ? {} : { state }),
    },
  });
}

/** How an error is sent. A custom scheme can't receive a form, so errors go there in the query. */
function responseMode(requested: string | undefined, uri: string): ResponseMode {
  if (requested === "fragment") return requested;
  return requested === "form_post" && isWebAddress(uri) ? requested : "query";
}

/**
 * Whether the client gets back exactly the `state` that it sent (RFC 6749 §4.1.2). Browsers change
 * line breaks in forms to CR LF (HTML §4.10.21.4). An error may return a longer `state` than a login
 * can, so that the client recognises it.
 */
export function comesBackUnchanged(state: string, mode: Redirect["mode"]): boolean {
  return state.length <= MAX_RETURNED_STATE && !(mode === "form_post" && /[\r\n]/.test(state));
}

/**
 * RFC 6749 §3.1.2.3: a client with one redirect URI may omit it, except in OpenID Connect (Core
 * §3.1.2.1) and FAPI 2.0 (Security Profile §5.3.2.2).
 */
function onlyRedirect(
  { redirect_uris, profile }: Client,
  scope: string | undefined,
): string | undefined {
  const isOpenId = scope?.split(" ").includes("openid") ?? false;
  return isOpenId || profile === "fapi2" || redirect_uris.length !== 1
    ? undefined
    : redirect_uris[0];
}

/** Whether a browser can post a form to this URI. */
export function isWebAddress(uri: string): boolean {
  return /^https?:/.test(uri);
}
