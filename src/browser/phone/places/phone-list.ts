import { h } from "../../dom.ts";
import { actions, button, paragraph } from "../../parts.ts";
import { ACCOUNT } from "../../texts.ts";
import type { Next, Phone } from "../next.ts";
import { askFirst } from "./ask-first.ts";
import type { Here } from "./open-place.ts";
import { phoneEntry, phoneName } from "./phone-entry.ts";
import { endOtherPhones, endPhone, type SignedInPhone } from "./phones-api.ts";

const texts = ACCOUNT.phones;
const back = (said: string): Next => ({ to: "place", place: "devices", said });

/** The phones that are signed in, this one among them, and how to sign them out. */
export function phoneList(
  { stage, account }: Phone,
  { content: phones, deeds, go, clock }: Here<SignedInPhone[]>,
): HTMLElement {
  const end = (phone: SignedInPhone) => async (): Promise<Next> => {
    await endPhone(phone);
    if (!phone.current) return back(texts.ended(phoneName(phone)));
    account.forget();
    return { to: "sign-in" };
  };
  const endOthers = () =>
    askFirst(
      stage,
      { ...texts.endOthers, name: "phones-end-others" },
      {
        deeds,
        keep: () => go({ to: "place", place: "devices" }),
        act: async () => {
          await endOtherPhones();
          return back(texts.endOthers.done);
        },
      },
    );
  const entries = phones.map((phone) => phoneEntry(phone, { clock, deeds, end: end(phone) }));
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
