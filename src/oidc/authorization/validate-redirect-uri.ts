import { isBuiltInClient, type Client, type Config } from "../../config/index.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import type { Redirect } from "../../login-session/domain/session.ts";
import { MAX_STATE } from "../../protocol/requests.ts";
import type { AuthorizationParameters } from "./authorization-parameters.ts";
import { invalidRequest, type TokenError } from "../errors.ts";
import { isRegisteredRedirect } from "./redirect-uri.ts";

/**
 * A client, and a place of its own that the browser may be sent to, with a code or with an error.
 * Without one, what is wrong is said here: an address that wasn't proven gets nothing
 * (RFC 6749 §4.1.2.1, RFC 9700 §4.11).
 */
export interface ValidatedRedirect {
  client: Client;
  redirect: Redirect;
}

/** RFC 6749 §3.1.2.4: what has to be true before anything else is looked at. */
export function validateClientAndRedirect(
  { values, repeated }: AuthorizationParameters,
  { clients, issuer }: Pick<Config, "clients" | "issuer">,
): Result<ValidatedRedirect, TokenError> {
  for (const name of ["client_id", "redirect_uri"]) {
    if (repeated.has(name)) return err(invalidRequest(`${name} is given twice.`));
  }
  const clientId = values.get("client_id");
  if (clientId === undefined) return err(invalidRequest("client_id is missing."));
  const client = clients.get(clientId);
  if (!client || isBuiltInClient(client)) {
    return err(invalidRequest("No client with this client_id is registered."));
  }

  const uri = values.get("redirect_uri") ?? onlyRedirect(client, values.get("scope"));
  if (uri === undefined) return err(invalidRequest("redirect_uri is missing."));
  if (!isRegisteredRedirect(client, uri)) {
    return err(invalidRequest("redirect_uri is not one of the client's, character by character."));
  }
  // What can't be posted to is told of its errors by a query.
  const byForm = values.get("response_mode") === "form_post" && isWebAddress(uri);
  const mode = byForm ? "form_post" : "query";
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

/**
 * Whether a state comes back to its client exactly as it was sent (RFC 6749 §4.1.2). A form that a browser
 * submits has its line breaks changed to CR LF (HTML §4.10.21.4).
 */
export function comesBackUnchanged(state: string, mode: Redirect["mode"]): boolean {
  return state.length <= MAX_STATE && !(mode === "form_post" && /[\r\n]/.test(state));
}

/**
 * RFC 6749 §3.1.2.3: a client that has one redirect need not name it. With OpenID Connect it must
 * (Core §3.1.2.1).
 */
function onlyRedirect({ redirect_uris }: Client, scope: string | undefined): string | undefined {
  const isOpenId = scope?.split(" ").includes("openid") ?? false;
  return isOpenId || redirect_uris.length !== 1 ? undefined : redirect_uris[0];
}

/** Whether a browser can post a form there. */
export function isWebAddress(uri: string): boolean {
  return /^https?:/.test(uri);
}
