import { configOf } from "../../config/index.ts";

/** The settings of a client that name an address to which something is sent unasked. */
export type ReceiverSetting = "callback_uri" | "backchannel_logout_uri";

/** Where a client wants to be told, as the configuration has it now: no other address is ever used. */
export function callbackUrl(
  env: Env,
  clientId: string,
  setting: ReceiverSetting,
): string | undefined {
  return configOf(env).clients.get(clientId)?.[setting];
}

/**
 * Whether something may have to be sent. An object lives through deployments, and one whose
 * configuration can't be read must not keep a login from ending: then the message waits until it can be.
 */
export function hasCallbackUrl(env: Env, clientId: string, setting: ReceiverSetting): boolean {
  try {
    return callbackUrl(env, clientId, setting) !== undefined;
  } catch {
    return true;
  }
}
