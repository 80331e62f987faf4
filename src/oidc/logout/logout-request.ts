import * as v from "valibot";
import type { Config } from "../../config/index.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import { MAX_STATE } from "../../protocol/requests.ts";
import type { AuthorizationParameters } from "../authorization/authorization-parameters.ts";
import type { IdTokenHint } from "./id-token-hint.ts";

/** What a logout asks for, as far as it is proven. */
export interface LogoutRequest {
  /** Whose login ends, and which; none where nothing says which is meant. */
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
  // Of no effect: the hint says who, and the pages speak one language.
  logout_hint: short("logout_hint", 500),
  ui_locales: short("ui_locales", 200),
});

/**
 * Reads the request of OpenID Connect RP-Initiated Logout §2. `hint` is what its ID token says, where
 * that is one of ours. What is wrong is said for developers.
 */
export function parseLogoutRequest(
  { values, repeated, resources }: AuthorizationParameters,
  hint: IdTokenHint | undefined,
  { clients }: Pick<Config, "clients">,
): Result<LogoutRequest, string> {
  if (repeated.size > 0 || resources.length > 1) return err("A parameter is given twice.");
  const parsed = v.safeParse(Parameters, Object.fromEntries(values), { abortEarly: true });
  if (!parsed.success) return err(parsed.issues[0].message);
  const { id_token_hint, client_id, post_logout_redirect_uri: redirectUri, state } = parsed.output;

  if (id_token_hint !== undefined && !hint) return err("id_token_hint is no ID token of ours.");
  // §2: both name the same client.
  if (hint && client_id !== undefined && client_id !== hint.aud) {
    return err("client_id is not the client of id_token_hint.");
  }
  // Without a hint nothing tells a logout from a link that anybody made: it ends nothing, and goes
  // nowhere (§3: no redirect where its target can't be confirmed).
  if (!hint) return ok({});
  if (redirectUri === undefined) return ok({ login: hint });
  const client = clients.get(hint.aud);
  if (!client?.post_logout_redirect_uris.includes(redirectUri)) {
    return err("post_logout_redirect_uri is not one of the client's, character by character.");
  }
  return ok({ login: hint, redirectTo: withState(redirectUri, state) });
}

function withState(uri: string, state: string | undefined): string {
  if (state === undefined) return uri;
  const separator = !uri.includes("?") ? "?" : /[?&]$/.test(uri) ? "" : "&";
  return `${uri}${separator}${new URLSearchParams({ state }).toString()}`;
}
