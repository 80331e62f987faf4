import { h } from "../../ui/dom.ts";
import { ACCOUNT } from "../../ui/texts.ts";
import { formView } from "../form-view.ts";
import type { SignInIntent, Step, StepContext } from "../steps.ts";
import { accountErrorMessage } from "../account/action-runner.ts";

/** Signs in with the recovery code after all passkeys are lost. */
export function recoverStep({ views, account }: StepContext, intent: SignInIntent): Promise<Step> {
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
  return new Promise((goTo) => {
    const send = async (code: string) => {
      await account.recover(code.trim());
      goTo({ to: "new-passkey", joinedBy: "recovered", ...intent });
    };
    const leave = () => goTo({ to: "sign-in", ...intent });
    views.render(formView(form, { send, leave, messageFor: accountErrorMessage }));
  });
}
