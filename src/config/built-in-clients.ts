import { linkedPhoneClient, PHONE_CLIENT_ID } from "./linked-phone-client.ts";
import { COMPARE_CLIENT_ID, comparisonClient } from "./comparison-client.ts";
import type { Client } from "./client.ts";

/**
 * The clients of this server's own pages. They begin login sessions like every other client, but no
 * OAuth endpoint knows them: they never get an authorization response, a token or a claim.
 */
const BUILT_IN_CLIENT_IDS: readonly string[] = [PHONE_CLIENT_ID, COMPARE_CLIENT_ID];

/** The only scope of a built-in client's login. Nothing is issued for it. */
export const BUILT_IN_SCOPE = "openid";

export function isBuiltInClient({ client_id }: Pick<Client, "client_id">): boolean {
  return BUILT_IN_CLIENT_IDS.includes(client_id);
}

/** The built-in clients that are switched on. */
export function builtInClients(settings: { passkeys: boolean; compare: boolean }): Client[] {
  return [
    // Accounts that are kept here can have further phones added to them.
    ...(settings.passkeys ? [linkedPhoneClient()] : []),
    ...(settings.compare ? [comparisonClient()] : []),
  ];
}
