import * as v from "valibot";
import type { Client, Config } from "../../config/index.ts";
import { defined } from "../../lib/defined.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import { MAX_STATE } from "../../protocol/requests.ts";
import { invalidRequest, type OAuthError } from "../errors.ts";
import type { AuthorizationParameters } from "../authorization/authorization-parameters.ts";
import type { IdTokenHint } from "./id-token-hint.ts";

/**
 * A well-formed logout request. RP-Initiated Logout §4: a part that is not valid is not used, and
 * what needs it is not done; the rest is.
 */
export interface LogoutRequest {
  /** The login that ends; undefined without a valid `id_token_hint`. */
  login?: IdTokenHint;
  /** Where the client wants the browser afterwards. */
  returnTo?: ReturnAddress;
  /** What is not valid. */
  error?: OAuthError;
}

/** A registered `post_logout_redirect_uri` of a client, with the `state` of the request. */
export interface ReturnAddress {
  clientName: string;
  uri: string;
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

type Parameters = v.InferOutput<typeof Parameters>;

const NO_ID_TOKEN = "id_token_hint is no ID token of ours.";
const OTHER_CLIENT = "client_id is not the client of id_token_hint.";
const NOT_REGISTERED =
  "post_logout_redirect_uri is not one of the client's, character by character.";

/** Reads the request of RP-Initiated Logout §2. `hint`: its verified `id_token_hint`. */
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
  const { client_id } = parsed.output;

  const login = hint?.ok ? hint.value : undefined;
  // §2: both name the same client.
  if (login && client_id !== undefined && client_id !== login.aud) {
    return err(invalidRequest(OTHER_CLIENT, "client_id_mismatch"));
  }
  const address = returnAddress(parsed.output, clients.get(login?.aud ?? client_id ?? ""));
  const error = hint && !hint.ok ? invalidRequest(NO_ID_TOKEN, hint.error) : address.error;
  return ok(defined({ login, returnTo: address.returnTo, error }));
}

/** §3: only an address that is registered for the client. */
function returnAddress(
  { post_logout_redirect_uri: uri, state }: Parameters,
  client: Client | undefined,
): Pick<LogoutRequest, "returnTo" | "error"> {
  if (uri === undefined) return {};
  if (!client?.post_logout_redirect_uris.includes(uri)) {
    return { error: invalidRequest(NOT_REGISTERED, "post_logout_redirect_uri_not_registered") };
  }
  return { returnTo: { clientName: client.name, uri: withState(uri, state) } };
}

function withState(uri: string, state: string | undefined): string {
  if (state === undefined) return uri;
  const separator = !uri.includes("?") ? "?" : /[?&]$/.test(uri) ? "" : "&";
  return `${uri}${separator}${new URLSearchParams({ state }).toString()}`;
}
