import { linkedPhoneClient, PHONE_CLIENT_ID } from "./linked-phone-client.ts";
import { COMPARE_CLIENT_ID, comparisonClient } from "./comparison-client.ts";
import type { Client } from "./client.ts";

/**
 * The clients of this server's own pages. They start login sessions like every other client, but
 * every OAuth endpoint rejects them: they never get an authorization response or a token.
 */
const BUILT_IN_CLIENT_IDS: readonly string[] = [PHONE_CLIENT_ID, COMPARE_CLIENT_ID];

/** The only scope of a built-in client's login. It gets no tokens. */
export const BUILT_IN_SCOPE = "openid";

export function isBuiltInClient({ client_id }: Pick<Client, "client_id">): boolean {
  return BUILT_IN_CLIENT_IDS.includes(client_id);
}

/** The enabled built-in clients. */
export function builtInClients(settings: { passkeys: boolean; compare: boolean }): Client[] {
  return [
    // Adds a phone to an account of this server.
    ...(settings.passkeys ? [linkedPhoneClient()] : []),
    ...(settings.compare ? [comparisonClient()] : []),
  ];
}
