import type { Context } from "hono";
import { SERVER_TEXTS } from "../../i18n/server-texts.ts";
import type { AppEnv } from "../app-env.ts";
import { deviceInfoOf } from "../middleware/device-info.ts";
import { languageOf } from "../pages/localized-page.ts";

/** What a passkey is called until its owner says otherwise: by where it was made. */
export function passkeyName(c: Context<AppEnv>): string {
  const { browser, system } = deviceInfoOf(c.req.raw);
  const { madeWith, madeSomewhere } = SERVER_TEXTS[languageOf(c)].PASSKEY_NAME;
  if (browser !== undefined && system !== undefined) {
    return madeWith(browser, system).slice(0, 80);
  }
  return (browser ?? system ?? madeSomewhere).slice(0, 80);
}
