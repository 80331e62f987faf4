import { ACCOUNT } from "../../ui/texts.ts";

/** The name of a device: its browser and its system. Undefined if neither is known. */
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
