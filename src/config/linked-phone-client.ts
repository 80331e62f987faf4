import { CLIENTS } from "../i18n/en/clients.ts";
import { ALGORITHM } from "../lib/jwk.ts";
import type { Client } from "./client.ts";

/** The client through which a user signs another phone in to their account. */
export const PHONE_CLIENT_ID = "phone";

/**
 * A login of this client gives access to the account, so it always needs number matching and a
 * step-up. It has no redirect URIs, no other origin and no tokens: only /account/link accepts its
 * code.
 */
export function linkedPhoneClient(): Client {
  return {
    client_id: PHONE_CLIENT_ID,
    name: CLIENTS.anotherPhone,
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
    policy: { matching: "always", matching_by: "phone", step_up: "always" },
  };
}
