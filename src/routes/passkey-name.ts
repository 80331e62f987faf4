import type { Context } from "hono";
import { SERVER } from "../texts/en/server.ts";
import { deviceOf } from "./device.ts";

/** What a passkey is called until its owner says otherwise: by where it was made. */
export function passkeyName(c: Context): string {
  const { browser, system } = deviceOf(c.req.raw);
  if (browser !== undefined && system !== undefined) {
    return SERVER.passkey.madeWith(browser, system).slice(0, 80);
  }
  return (browser ?? system ?? SERVER.passkey.madeSomewhere).slice(0, 80);
}
