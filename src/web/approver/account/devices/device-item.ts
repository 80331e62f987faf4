import { h } from "../../../ui/dom.ts";
import { icon } from "../../../ui/icon.ts";
import * as icons from "../../../ui/icons.ts";
import { noticeLine } from "../../../ui/components.ts";
import { ACCOUNT } from "../../../ui/texts.ts";
import { formatPlace } from "../../request/describe.ts";
import { guardButton } from "../../../ui/guarded-button.ts";
import { ago, type Clock } from "../../format-time.ts";
import type { Step } from "../../steps.ts";
import { smallButton } from "../small-button.ts";
import type { ActionRunner } from "../action-runner.ts";
import { badges } from "../badges.ts";
import { deviceName } from "../device-name.ts";
import type { Device } from "../../../../protocol/devices.ts";

/** The actions on a device. */
export interface DeviceActions {
  confirm: (device: Device) => Promise<Step>;
  disown: (device: Device) => Promise<Step>;
  end: (device: Device) => Promise<Step>;
}

interface ItemContext {
  clock: Clock;
  runAction: ActionRunner;
  acts: DeviceActions;
}

/** An entry of the list of devices. */
export function deviceItem(device: Device, context: ItemContext): HTMLElement {
  const name = deviceName(device) ?? ACCOUNT.unknownDevice;
  const where = formatPlace(device, context.clock.language);
  return h(
    "li",
    { class: device.unconfirmed ? "entry unconfirmed" : "entry", "data-sid": device.sid },
    h("div", { class: "mark" }, icon(icons.screen)),
    h(
      "div",
      { class: "about" },
      h("h3", {}, name),
      h("p", {}, [device.client.name, where].filter(Boolean).join(" · ")),
      ...details(device, context.clock),
    ),
    ...buttons(device, context),
  );
}

/** A site of a browser that stays logged in: its device is named above. */
export function siteItem(device: Device, context: ItemContext): HTMLElement {
  return h(
    "li",
    { class: "site", "data-sid": device.sid },
    h(
      "div",
      { class: "about" },
      h("h4", {}, device.client.name),
      ...details(device, context.clock),
    ),
    ...buttons(device, context),
  );
}

function details(device: Device, clock: Clock): (HTMLElement | undefined)[] {
  const texts = ACCOUNT.devices;
  return [
    h("p", { class: "hint" }, times(device, clock)),
    badges(
      device.just_now && texts.justNow,
      device.ended_at !== undefined && texts.loggedOut,
      device.unconfirmed && texts.unconfirmed,
    ),
  ];
}

/** The actions, and a line for their errors. */
function buttons(device: Device, { runAction, acts }: ItemContext): HTMLElement[] {
  const texts = ACCOUNT.devices;
  const name = deviceName(device) ?? ACCOUNT.unknownDevice;
  const notice = noticeLine();
  const act = (text: string, kind: "plain" | "danger", deed: (device: Device) => Promise<Step>) => {
    const label = texts.named(text, name, device.client.name);
    const by = guardButton(
      smallButton(text, kind, label, () => runAction({ by, notice }, () => deed(device))),
    );
    return by;
  };
  return [
    notice.element,
    device.unconfirmed
      ? h(
          "div",
          { class: "ask" },
          h("p", {}, texts.wasThatYou),
          act(texts.thatWasMe, "plain", acts.confirm),
          act(texts.notMe, "danger", acts.disown),
        )
      : h("div", { class: "ask" }, act(texts.end, "plain", acts.end)),
  ];
}

function times({ began_at, last_seen_at, ...device }: Device, clock: Clock): string {
  const texts = ACCOUNT.devices;
  if (device.ended_at !== undefined) {
    const ended = texts.endedBy[device.ended_by ?? "server"](
      ago(device.ended_at, clock),
      device.client.name,
    );
    return `${texts.began(ago(began_at, clock))} ${ended}`;
  }
  const [began, seen] = [ago(began_at, clock), ago(last_seen_at, clock)];
  // Equal right after the login.
  return began === seen ? texts.began(began) : `${texts.began(began)} ${texts.lastSeen(seen)}`;
}
