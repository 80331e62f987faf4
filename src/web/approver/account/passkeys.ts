import { h } from "../../ui/dom.ts";
import { button, noticeLine, paragraph } from "../../ui/components.ts";
import { ACCOUNT, PHONE } from "../../ui/texts.ts";
import { formView } from "../form-view.ts";
import { guardButton } from "../request/guarded-button.ts";
import { ago, date, type Clock } from "../format-time.ts";
import type { Step, Phone } from "../steps.ts";
import { passkeyNameInput } from "../sign-in/passkey-name.ts";
import { confirmAction } from "./confirm.ts";
import { redirectFor, placeNoticeOf, type ActionRunner } from "./action-runner.ts";
import { openPage, type PageContext } from "./open-page.ts";
import { passkeyItem } from "./passkey-item.ts";
import {
  fetchPasskeys,
  makeRecoveryCode,
  removePasskey,
  renamePasskey,
  type Passkey,
  type Passkeys,
} from "./passkeys-api.ts";
import { recoveryCodeView } from "./recovery-code.ts";

const texts = ACCOUNT.passkeys;
const here: Step = { to: "place", place: "passkeys" };
const back = (said: string): Step => ({ to: "place", place: "passkeys", said });

/** Everything that signs somebody in to their account. */
export function passkeysStep(phone: Phone, said?: string): Promise<Step> {
  return openPage(phone, "passkeys", said, {
    load: fetchPasskeys,
    show: (at) => ({ texts, parts: parts(phone, at) }),
  });
}

function parts(phone: Phone, at: PageContext<Passkeys>): HTMLElement[] {
  const { content, clock, deeds, go } = at;
  const entries = content.passkeys.map((passkey) =>
    passkeyItem(passkey, {
      clock,
      deeds,
      isLast: content.passkeys.length === 1,
      rename: async (name) => {
        await renamePasskey(passkey, name);
        return back(texts.renamed(name));
      },
      remove: () => askToRemove(phone, passkey, at),
    }),
  );
  return [
    h("h2", { class: "visually-hidden" }, texts.list),
    h("ul", { class: "entries" }, ...entries),
    button(texts.add.open, () => showAdding(phone, go), { kind: "plain" }),
    section(
      texts.recovery.heading,
      ...recoveryParts(phone, content.recovery_code, { clock, deeds }),
    ),
    section(
      texts.anotherPhone.heading,
      paragraph(texts.anotherPhone.text),
      button(texts.anotherPhone.open, () => go({ to: "add-phone" }), { kind: "plain" }),
    ),
  ];
}

function section(title: string, ...content: (HTMLElement | undefined)[]): HTMLElement {
  return h("section", { class: "part" }, h("h2", {}, title), ...content);
}

function askToRemove({ stage, account }: Phone, passkey: Passkey, at: PageContext<Passkeys>): void {
  const { confirmRemoval: asked } = texts;
  confirmAction(
    stage,
    {
      ...asked,
      name: "passkeys-remove",
      heading: asked.heading(passkey.name),
      text: passkey.current ? asked.textCurrent : asked.text,
    },
    {
      deeds: at.deeds,
      keep: () => at.go(here),
      act: async () => {
        await account.recently(() => removePasskey(passkey));
        // Whom it has signed in is signed out with it.
        if (passkey.current) account.forget();
        return back(texts.removed(passkey.name));
      },
    },
  );
}

function showAdding({ stage, account }: Phone, go: (next: Step) => void): void {
  const form = {
    name: "passkeys-add",
    texts: texts.add,
    label: texts.name,
    input: passkeyNameInput(),
    submit: texts.add.submit,
    back: PHONE.cancel,
  };
  const send = async (name: string) => {
    try {
      await account.addPasskey(name);
      go(back(texts.add.done(name)));
    } catch (error) {
      const next = redirectFor(error, "passkeys");
      if (!next) throw error;
      account.forget();
      go(next);
    }
  };
  stage.show(formView(form, { send, leave: () => go(here), explain: placeNoticeOf }));
}

function recoveryParts(
  { stage, account }: Phone,
  code: Passkeys["recovery_code"],
  { clock, deeds }: { clock: Clock; deeds: ActionRunner },
): (HTMLElement | undefined)[] {
  const { none, made, make, renew, renewHint } = texts.recovery;
  const notice = noticeLine();
  const showNew = async (): Promise<Step> => {
    const fresh = await account.recently(makeRecoveryCode);
    return await new Promise((resolve) => stage.show(recoveryCodeView(fresh, () => resolve(here))));
  };
  const by = guardButton(
    button(code ? renew : make, () => deeds({ by, notice }, showNew), { kind: "plain" }),
  );
  return [
    paragraph(code ? made(date(code.made_at, clock), ago(code.made_at, clock)) : none),
    notice.element,
    by,
    code ? h("p", { class: "hint" }, renewHint) : undefined,
  ];
}
