import type { Device, LoggedInBrowser } from "../../../../protocol/devices.ts";
import { h } from "../../../ui/dom.ts";
import { icon } from "../../../ui/icon.ts";
import * as icons from "../../../ui/icons.ts";
import { noticeLine } from "../../../ui/components.ts";
import { guardButton } from "../../../ui/guarded-button.ts";
import { ACCOUNT } from "../../../ui/texts.ts";
import { ago, duration, type Clock } from "../../format-time.ts";
import { formatPlace } from "../../request/describe.ts";
import type { Step } from "../../steps.ts";
import type { ActionRunner } from "../action-runner.ts";
import { deviceName } from "../device-name.ts";
import { smallButton } from "../small-button.ts";
import { siteItem, type DeviceActions } from "./device-item.ts";

/** A browser that stays logged in: one entry of the list of devices, with its sites below it. */
export function browserItem(
  browser: LoggedInBrowser,
  sites: readonly Device[],
  {
    clock,
    runAction,
    acts,
  }: {
    clock: Clock;
    runAction: ActionRunner;
    acts: DeviceActions & { endBrowser: (browser: LoggedInBrowser) => Promise<Step> };
  },
): HTMLElement {
  const texts = ACCOUNT.devices.browser;
  const name = deviceName(browser) ?? ACCOUNT.unknownDevice;
  const notice = noticeLine();
  const end = guardButton(
    smallButton(texts.end, "plain", texts.named(texts.end, name), () =>
      runAction({ by: end, notice }, () => acts.endBrowser(browser)),
    ),
  );
  const where = formatPlace(browser, clock.language);
  const left = Math.max(1, (Date.parse(browser.expires_at) - clock.now) / 1000);
  const times = `${ACCOUNT.devices.lastSeen(ago(browser.last_used_at, clock))} ${texts.stays(duration(left, clock.language))}`;
  return h(
    "li",
    { class: "entry", "data-browser": browser.id },
    h("div", { class: "mark" }, icon(icons.screen)),
    h(
      "div",
      { class: "about" },
      h("h3", {}, name),
      where === "" ? undefined : h("p", {}, where),
      h("p", { class: "hint" }, times),
      h("p", {}, sites.length === 0 ? texts.noSites : texts.sites),
    ),
    sites.length === 0
      ? undefined
      : h(
          "ul",
          { class: "whole sites", role: "list" },
          ...sites.map((site) => siteItem(site, { clock, runAction, acts })),
        ),
    notice.element,
    h("div", { class: "ask" }, end),
  );
}
