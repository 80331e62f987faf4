import { h } from "../../../ui/dom.ts";
import { button, noticeLine, paragraph } from "../../../ui/components.ts";
import { ACCOUNT, PHONE } from "../../../ui/texts.ts";
import { formView } from "../../form-view.ts";
import { guardButton } from "../../../ui/guarded-button.ts";
import { ago, date, type Clock } from "../../format-time.ts";
import type { Step, StepContext } from "../../steps.ts";
import { passkeyNameInput } from "./passkey-name.ts";
import { confirmAction } from "../confirm.ts";
import { redirectFor, accountErrorMessage, type ActionRunner } from "../action-runner.ts";
import { openPage, type PageContext } from "../open-page.ts";
import { passkeyItem } from "./passkey-item.ts";
import type { Passkey, PasskeysResponse } from "../../../../protocol/passkeys.ts";
import { fetchPasskeys, makeRecoveryCode, removePasskey, renamePasskey } from "./passkeys-api.ts";
import { recoveryCodeView } from "./recovery-code.ts";

const texts = ACCOUNT.passkeys;
const here: Step = { to: "account-page", page: "passkeys" };
const back = (message: string): Step => ({ to: "account-page", page: "passkeys", message });

/** The passkeys, the recovery code, and how to add another phone. */
export function passkeysStep(context: StepContext, message?: string): Promise<Step> {
  return openPage(context, "passkeys", message, {
    load: fetchPasskeys,
    render: (at) => ({ texts, parts: parts(context, at) }),
  });
}

function parts(
  context: StepContext,
  at: PageContext<PasskeysResponse>,
): (HTMLElement | undefined)[] {
  const { content, clock, runAction, goTo } = at;
  const confirmed = content.passkeys.filter(({ unconfirmed }) => !unconfirmed);
  const entries = content.passkeys.map((passkey) =>
    passkeyItem(passkey, {
      clock,
      runAction,
      isLast: !passkey.unconfirmed && confirmed.length === 1,
      // An unconfirmed phone can't name passkeys.
      ...(content.phone_unconfirmed
        ? {}
        : {
            rename: async (name: string) => {
              await renamePasskey(passkey, name);
              return back(texts.renamed(name));
            },
          }),
      remove: () => confirmRemoval(context, passkey, at),
    }),
  );
  return [
    h("h2", { class: "visually-hidden" }, texts.list),
    h("ul", { class: "entries" }, ...entries),
    confirmed.length < content.passkeys.length
      ? h("p", { class: "hint" }, texts.unconfirmedHint)
      : undefined,
    ...addParts(context, at),
    section(
      texts.recovery.heading,
      ...recoveryParts(context, content.recovery_code, { clock, runAction }),
    ),
    section(
      texts.anotherPhone.heading,
      paragraph(texts.anotherPhone.text),
      button(texts.anotherPhone.open, () => goTo({ to: "add-phone" }), { kind: "plain" }),
    ),
  ];
}

/** A confirmed phone chooses the name of a passkey; an unconfirmed one is not asked. */
function addParts(
  context: StepContext,
  { content, runAction, goTo }: PageContext<PasskeysResponse>,
): HTMLElement[] {
  if (!content.phone_unconfirmed) {
    return [button(texts.add.open, () => showAddForm(context, goTo), { kind: "plain" })];
  }
  const notice = noticeLine();
  const add = async (): Promise<Step> => {
    const name = await context.account.addPasskey();
    return back(texts.add.done(name));
  };
  const by = button(texts.add.open, () => runAction({ by, notice }, add), { kind: "plain" });
  return [notice.element, by];
}

function section(title: string, ...content: (HTMLElement | undefined)[]): HTMLElement {
  return h("section", { class: "part" }, h("h2", {}, title), ...content);
}

function confirmRemoval(
  { views, account }: StepContext,
  passkey: Passkey,
  at: PageContext<PasskeysResponse>,
): void {
  const { confirmRemoval: question } = texts;
  confirmAction(
    views,
    {
      ...question,
      name: "passkeys-remove",
      heading: question.heading(passkey.name),
      text: passkey.current ? question.textCurrent : question.text,
    },
    {
      runAction: at.runAction,
      keep: () => at.goTo(here),
      act: async () => {
        await account.recently(() => removePasskey(passkey));
        // Removing the passkey also signs out the phone that signed in with it.
        if (passkey.current) account.forget();
        return back(texts.removed(passkey.name));
      },
    },
  );
}

function showAddForm({ views, account }: StepContext, goTo: (next: Step) => void): void {
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
      const given = await account.addPasskey(name);
      goTo(back(texts.add.done(given)));
    } catch (error) {
      const next = redirectFor(error, "passkeys");
      if (!next) throw error;
      account.forget();
      goTo(next);
    }
  };
  views.render(formView(form, { send, leave: () => goTo(here), messageFor: accountErrorMessage }));
}

function recoveryParts(
  { views, account }: StepContext,
  code: PasskeysResponse["recovery_code"],
  { clock, runAction }: { clock: Clock; runAction: ActionRunner },
): (HTMLElement | undefined)[] {
  const { none, made, make, renew, renewHint } = texts.recovery;
  const notice = noticeLine();
  const showNew = async (): Promise<Step> => {
    const fresh = await account.recently(makeRecoveryCode);
    return await new Promise((resolve) =>
      views.render(recoveryCodeView(fresh, () => resolve(here))),
    );
  };
  const by = guardButton(
    button(code ? renew : make, () => runAction({ by, notice }, showNew), { kind: "plain" }),
  );
  return [
    paragraph(code ? made(date(code.made_at, clock), ago(code.made_at, clock)) : none),
    notice.element,
    by,
    code ? h("p", { class: "hint" }, renewHint) : undefined,
  ];
}
