import { h } from "../dom.ts";
import { ACCOUNT } from "../texts.ts";
import { formView } from "./form-view.ts";
import type { Errand, Next, Phone } from "./next.ts";
import { placeNoticeOf } from "./places/deed.ts";

/** All passkeys are lost: the recovery code lets its owner in, to make a new one at once. */
export function recoverStep({ stage, account }: Phone, errand: Errand): Promise<Next> {
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
