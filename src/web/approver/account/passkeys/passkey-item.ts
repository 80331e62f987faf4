import { h } from "../../../ui/dom.ts";
import { icon } from "../../../ui/icon.ts";
import * as icons from "../../../ui/icons.ts";
import { noticeLine } from "../../../ui/components.ts";
import { ACCOUNT, PHONE } from "../../../ui/texts.ts";
import { ago, date, type Clock } from "../../format-time.ts";
import type { Step } from "../../steps.ts";
import { smallButton } from "../small-button.ts";
import { badges } from "../badges.ts";
import type { ActionRunner } from "../action-runner.ts";
import type { Passkey } from "../../../../protocol/passkeys.ts";

/** An entry of the list of passkeys. */
export function passkeyItem(
  passkey: Passkey,
  {
    clock,
    runAction,
    isLast,
    rename,
    remove,
  }: {
    clock: Clock;
    runAction: ActionRunner;
    /** The last confirmed passkey can't be removed, since its owner could not sign in any more. */
    isLast: boolean;
    /** Missing if this phone can't name passkeys. */
    rename?: (name: string) => Promise<Step>;
    remove: () => void;
  },
): HTMLElement {
  const texts = ACCOUNT.passkeys;
  const notice = noticeLine();
  const label = (action: string) => texts.named(action, passkey.name);
  const removing = smallButton(texts.remove, "plain", label(texts.remove), remove);
  const hint = `last-${passkey.id}`;
  removing.disabled = isLast;
  if (isLast) removing.setAttribute("aria-describedby", hint);

  const name = h("h3", {}, passkey.name);
  const ask = h("div", { class: "ask" }, removing);
  if (rename) {
    const edit = () => {
      const done = () => {
        form.replaceWith(name);
        ask.hidden = false;
        renaming.focus();
      };
      const form = renamingForm(passkey, {
        save: (by, chosen) => runAction({ by, notice }, () => rename(chosen)),
        done,
      });
      name.replaceWith(form);
      ask.hidden = true;
      form.querySelector("input")?.select();
    };
    const renaming = smallButton(texts.rename, "plain", label(texts.rename), edit);
    ask.prepend(renaming);
  }

  return h(
    "li",
    { class: passkey.unconfirmed ? "entry unconfirmed" : "entry", "data-passkey": passkey.id },
    h("div", { class: "mark" }, icon(icons.key)),
    h(
      "div",
      { class: "about" },
      name,
      h("p", {}, passkey.synced ? texts.synced : texts.single),
      h("p", { class: "hint" }, times(passkey, clock)),
      badges(passkey.current && texts.current, passkey.unconfirmed && ACCOUNT.phones.unconfirmed),
    ),
    notice.element,
    ask,
    isLast ? h("p", { class: "hint whole", id: hint }, texts.last) : undefined,
  );
}

/** The form that replaces the name. Escape cancels. */
function renamingForm(
  passkey: Passkey,
  { save, done }: { save: (by: HTMLButtonElement, name: string) => void; done: () => void },
): HTMLFormElement {
  const texts = ACCOUNT.passkeys;
  const input = h("input", {
    type: "text",
    value: passkey.name,
    maxlength: "80",
    required: true,
    autocomplete: "off",
    "aria-label": texts.name,
  });
  const submit = h("button", { class: "button small primary" }, texts.save);
  return h(
    "form",
    {
      class: "rename",
      submit: (event) => {
        event.preventDefault();
        save(submit, input.value);
      },
      keydown: (event) => {
        if (event instanceof KeyboardEvent && event.key === "Escape") done();
      },
    },
    input,
    submit,
    smallButton(PHONE.cancel, "plain", PHONE.cancel, done),
  );
}

function times({ created_at, last_used_at }: Passkey, clock: Clock): string {
  const texts = ACCOUNT.passkeys;
  const used = last_used_at === created_at ? texts.neverUsed : texts.used(ago(last_used_at, clock));
  return `${texts.added(date(created_at, clock))} ${used}`;
}
