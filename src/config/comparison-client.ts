import { CLIENTS } from "../i18n/en/clients.ts";
import { ALGORITHM } from "../lib/jwk.ts";
import type { Client } from "./client.ts";

/** The client of the page /compare. */
export const COMPARE_CLIENT_ID = "compare";

/**
 * The client of the page /compare, which watches a login by each transport. It gets no tokens. Its
 * callbacks go to this server's own receiver.
 */
export function comparisonClient(): Client {
  return {
    client_id: COMPARE_CLIENT_ID,
    name: CLIENTS.comparison,
    redirect_uris: [],
    post_logout_redirect_uris: [],
    allowed_origins: [],
    id_token_signed_response_alg: ALGORITHM,
    access_token_signed_response_alg: ALGORITHM,
    pkce: "required",
    resources: [],
    device_grant: false,
    prefilled_user_code: false,
    dpop_bound_access_tokens: false,
    sso: false,
    callback_uri: "/compare/callback",
    policy: {},
  };
}
