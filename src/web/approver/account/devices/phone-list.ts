import { h } from "../../../ui/dom.ts";
import { actions, button, paragraph } from "../../../ui/components.ts";
import { ACCOUNT } from "../../../ui/texts.ts";
import type { Step, StepContext } from "../../steps.ts";
import { confirmAction } from "../confirm.ts";
import type { PageContext } from "../open-page.ts";
import { phoneItem, phoneName } from "./phone-item.ts";
import type { SignedInPhone } from "../../../../protocol/phones.ts";
import { endOtherPhones, endPhone } from "./phones-api.ts";

const texts = ACCOUNT.phones;
const back = (message: string): Step => ({ to: "account-page", page: "devices", message });

/** The phones that are signed in, including this one. */
export function phoneList(
  { views, account }: StepContext,
  { content: phones, runAction, goTo, clock }: PageContext<SignedInPhone[]>,
): HTMLElement {
  const end = (phone: SignedInPhone) => async (): Promise<Step> => {
    await endPhone(phone);
    if (!phone.current) return back(texts.ended(phoneName(phone)));
    account.forget();
    return { to: "sign-in" };
  };
  const endOthers = () =>
    confirmAction(
      views,
      { ...texts.endOthers, name: "phones-end-others" },
      {
        runAction,
        keep: () => goTo({ to: "account-page", page: "devices" }),
        act: async () => {
          await endOtherPhones();
          return back(texts.endOthers.done);
        },
      },
    );
  const entries = phones.map((phone) => phoneItem(phone, { clock, runAction, end: end(phone) }));
  return h(
    "section",
    { class: "part" },
    h("h2", {}, texts.heading),
    paragraph(texts.text),
    h("ul", { class: "entries" }, ...entries),
    phones.some(({ unconfirmed }) => unconfirmed)
      ? h("p", { class: "hint" }, texts.unconfirmedHint)
      : undefined,
    phones.length > 2
      ? actions(button(texts.endOthers.open, endOthers, { kind: "plain" }))
      : undefined,
  );
}
