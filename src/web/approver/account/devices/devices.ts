import { h } from "../../../ui/dom.ts";
import * as icons from "../../../ui/icons.ts";
import { actions, brand, button, emblem, heading, paragraph } from "../../../ui/components.ts";
import { ACCOUNT } from "../../../ui/texts.ts";
import type { Step, StepContext } from "../../steps.ts";
import { notificationsToggle } from "../../push/notifications-toggle.ts";
import { confirmAction } from "../confirm.ts";
import { browserItem } from "./browser-item.ts";
import { deviceItem } from "./device-item.ts";
import { deviceName } from "../device-name.ts";
import type { Device, DevicesResponse, LoggedInBrowser } from "../../../../protocol/devices.ts";
import {
  confirmDevice,
  disownDevice,
  endAllDevices,
  endBrowser,
  endDevice,
  fetchDevices,
} from "./devices-api.ts";
import { emptyState } from "../empty-state.ts";
import { openPage, type PageContext } from "../open-page.ts";
import { phoneList } from "./phone-list.ts";
import { fetchPhones } from "./phones-api.ts";

const texts = ACCOUNT.devices;
const here: Step = { to: "account-page", page: "devices" };
const back = (message: string): Step => ({ to: "account-page", page: "devices", message });

/**
 * The devices that are logged in, or that someone else logged out lately, and the phones that are
 * signed in.
 */
export function devicesStep(context: StepContext, message?: string): Promise<Step> {
  return openPage(context, "devices", message, {
    load: async () => {
      const [devices, phones] = await Promise.all([fetchDevices(), fetchPhones()]);
      return { devices, phones };
    },
    render: ({ content: { devices, phones }, ...at }) => ({
      texts,
      parts: [
        ...list(context, { ...at, content: devices }),
        phoneList(context, { ...at, content: phones }),
        notificationsToggle(),
      ],
    }),
  });
}

function list(
  { views }: StepContext,
  at: PageContext<DevicesResponse>,
): (HTMLElement | undefined)[] {
  const { content, runAction, goTo, clock } = at;
  const { devices, browsers = [] } = content;
  if (devices.length === 0 && browsers.length === 0) return [emptyState(icons.screen, texts.empty)];
  const active = devices.filter(({ ended_at }) => ended_at === undefined).length;
  const acts = {
    endBrowser: async (browser: LoggedInBrowser) => {
      await endBrowser(browser);
      return back(texts.browser.ended(nameOf(browser)));
    },
    confirm: async (device: Device) => {
      await confirmDevice(device);
      return back(texts.confirmed(nameOf(device)));
    },
    end: async (device: Device) => {
      await endDevice(device);
      return back(texts.ended(nameOf(device)));
    },
    disown: async (device: Device) => {
      await disownDevice(device);
      return await advise(views, device);
    },
  };
  const endAll = () =>
    confirmAction(
      views,
      {
        ...texts.endAll,
        name: "devices-end-all",
        text: texts.endAll.text(Math.max(active, browsers.length)),
      },
      {
        runAction,
        keep: () => goTo(here),
        act: async () => {
          await endAllDevices();
          return back(texts.endAll.done);
        },
      },
    );
  const isOf = (device: Device, { id }: LoggedInBrowser) => device.browser_session === id;
  const entries = [
    ...browsers.map((browser) => {
      const sites = devices.filter((device) => isOf(device, browser));
      return browserItem(browser, sites, { clock, runAction, acts });
    }),
    ...devices
      .filter((device) => !browsers.some((browser) => isOf(device, browser)))
      .map((device) => deviceItem(device, { clock, runAction, acts })),
  ];
  return [
    h("h2", { class: "visually-hidden" }, texts.list),
    h("ul", { class: "entries" }, ...entries),
    active > 0 || browsers.length > 0
      ? actions(button(texts.endAll.open, endAll, { kind: "plain" }))
      : undefined,
  ];
}

function nameOf(device: Parameters<typeof deviceName>[0]): string {
  return deviceName(device) ?? ACCOUNT.unknownDevice;
}

/** After the user reported a login: says what was done, and what to check now. */
function advise(views: StepContext["views"], device: Device): Promise<Step> {
  const { attack } = texts;
  return new Promise((resolve) =>
    views.render({
      name: "devices-not-me",
      title: attack.heading,
      content: [
        brand(),
        h(
          "div",
          { class: "view message" },
          emblem(icons.check, "good"),
          heading(attack.heading),
          paragraph(attack.ended(nameOf(device), device.client.name)),
          h(
            "div",
            { class: "advice" },
            h("p", {}, attack.advice),
            h(
              "ul",
              {},
              h("li", {}, attack.elsewhere),
              h("li", {}, h("a", { href: "/passkeys" }, attack.passkeys)),
              h("li", {}, h("a", { href: "/history" }, attack.history)),
            ),
          ),
          actions(button(attack.back, () => resolve(here))),
        ),
      ],
    }),
  );
}
