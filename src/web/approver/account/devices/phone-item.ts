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
import type { SignedInPhone } from "../../../../protocol/phones.ts";

/** An entry of the list of phones. */
export function phoneItem(
  phone: SignedInPhone,
  { clock, runAction, end }: { clock: Clock; runAction: ActionRunner; end: () => Promise<Step> },
): HTMLElement {
  const texts = ACCOUNT.phones;
  const name = phoneName(phone);
  const notice = noticeLine();
  const by = guardButton(
    smallButton(texts.end, "plain", texts.named(texts.end, name), () =>
      runAction({ by, notice }, end),
    ),
  );
  const where = formatPlace({ ...phone, region: undefined }, clock.language);
  return h(
    "li",
    { class: phone.unconfirmed ? "entry unconfirmed" : "entry", "data-phone": phone.id },
    h("div", { class: "mark" }, icon(icons.phone)),
    h(
      "div",
      { class: "about" },
      h("h3", {}, name),
      where === "" ? undefined : h("p", {}, where),
      h(
        "p",
        { class: "hint" },
        `${signInMethod(phone)} ${texts.since(ago(phone.signed_in_at, clock))}`,
      ),
      badges(phone.current && texts.current, phone.unconfirmed && texts.unconfirmed),
    ),
    notice.element,
    h("div", { class: "ask" }, by),
  );
}

export function phoneName(phone: SignedInPhone): string {
  return deviceName(phone) ?? ACCOUNT.phones.unknown;
}

function signInMethod({ by }: SignedInPhone): string {
  const { another_phone, recovery_code, passkey } = ACCOUNT.phones.by;
  if (by === "another_phone") return another_phone;
  return by === "recovery_code" ? recovery_code : passkey;
}
