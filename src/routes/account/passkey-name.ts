import type { Context } from "hono";
import { SERVER_TEXTS } from "../../i18n/server-texts.ts";
import type { AppEnv } from "../app-env.ts";
import { deviceInfoOf } from "../middleware/device-info.ts";
import { languageOf } from "../pages/localized-page.ts";

/** The default name of a passkey: the browser and system that it was made with. */
export function passkeyName(c: Context<AppEnv>): string {
  const { browser, system } = deviceInfoOf(c.req.raw);
  const { madeWith, madeSomewhere } = SERVER_TEXTS[languageOf(c)].PASSKEY_NAME;
  if (browser !== undefined && system !== undefined) {
    return madeWith(browser, system).slice(0, 80);
  }
  return (browser ?? system ?? madeSomewhere).slice(0, 80);
}
