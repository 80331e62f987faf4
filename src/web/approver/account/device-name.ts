import { ACCOUNT } from "../../ui/texts.ts";

/** What people call a device by: what runs on it. Undefined where nothing of that is known. */
export function deviceName({
  browser,
  system,
}: {
  browser?: string | undefined;
  system?: string | undefined;
}): string | undefined {
  if (browser !== undefined && system !== undefined) return ACCOUNT.device(browser, system);
  return browser ?? system;
}
