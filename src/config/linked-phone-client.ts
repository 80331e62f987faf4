import { CLIENTS } from "../i18n/en/clients.ts";
import type { Client } from "./client.ts";

/** The client that a person's next phone logs in for, to be signed in to the same account. */
export const PHONE_CLIENT_ID = "phone";

/**
 * Whoever gets in here gets the account, so it is matched and stepped up every time. It has nowhere to
 * send anybody, no other origin, and no tokens: its code is taken by /account alone.
 */
export function linkedPhoneClient(): Client {
  return {
    client_id: PHONE_CLIENT_ID,
    name: CLIENTS.anotherPhone,
    redirect_uris: [],
    post_logout_redirect_uris: [],
    allowed_origins: [],
    device_grant: false,
    prefilled_user_code: false,
    dpop_bound_access_tokens: false,
    policy: { matching: "always", matching_by: "phone", step_up: "always" },
  };
}
