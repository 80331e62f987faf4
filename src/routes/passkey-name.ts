import type { Context } from "hono";
import { SERVER_TEXTS } from "../texts/server-texts.ts";
import type { AppEnv } from "./app-env.ts";
import { deviceOf } from "./device.ts";
import { languageOf } from "./page-file.ts";

/** What a passkey is called until its owner says otherwise: by where it was made. */
export function passkeyName(c: Context<AppEnv>): string {
  const { browser, system } = deviceOf(c.req.raw);
  const { madeWith, madeSomewhere } = SERVER_TEXTS[languageOf(c)].PASSKEY_NAME;
  if (browser !== undefined && system !== undefined) {
    return madeWith(browser, system).slice(0, 80);
  }
  return (browser ?? system ?? madeSomewhere).slice(0, 80);
}
