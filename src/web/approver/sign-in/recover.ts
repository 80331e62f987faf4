import { h } from "../../ui/dom.ts";
import { ACCOUNT } from "../../ui/texts.ts";
import { formView } from "../form-view.ts";
import type { SignInIntent, Step, Phone } from "../steps.ts";
import { placeNoticeOf } from "../account/action-runner.ts";

/** All passkeys are lost: the recovery code lets its owner in, to make a new one at once. */
export function recoverStep({ stage, account }: Phone, errand: SignInIntent): Promise<Step> {
  const texts = ACCOUNT.recover;
  const input = h("input", {
    name: "recovery-code",
    type: "text",
    autocapitalize: "characters",
    autocomplete: "off",
    autocorrect: "off",
    spellcheck: "false",
    maxlength: "100",
    required: true,
    class: "recovery-code",
  });
  const form = { ...texts, name: "recover", texts, input };
  return new Promise((go) => {
    const send = async (code: string) => {
      await account.recover(code.trim());
      go({ to: "new-passkey", cameIn: "recovered", ...errand });
    };
    const leave = () => go({ to: "sign-in", ...errand });
    stage.show(formView(form, { send, leave, explain: placeNoticeOf }));
  });
}
