import { configOf } from "../../config/index.ts";

/** The settings that name a client's receivers. */
export type ReceiverSetting = "callback_uri" | "backchannel_logout_uri";

/** A client's receiver in the current configuration. No other URL is ever used. */
export function callbackUrl(
  env: Env,
  clientId: string,
  setting: ReceiverSetting,
): string | undefined {
  return configOf(env).clients.get(clientId)?.[setting];
}

/**
 * Whether the client has a receiver. True if the configuration is invalid: the message is queued
 * until it is valid, so that the login can end.
 */
export function hasCallbackUrl(env: Env, clientId: string, setting: ReceiverSetting): boolean {
  try {
    return callbackUrl(env, clientId, setting) !== undefined;
  } catch {
    return true;
  }
}
