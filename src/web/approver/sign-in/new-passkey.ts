import { ACCOUNT } from "../../ui/texts.ts";
import { resumeIntent } from "./sign-in-intent.ts";
import { formView } from "../form-view.ts";
import type { JoinMethod, SignInIntent, Step, StepContext } from "../steps.ts";
import { passkeyNameInput } from "../account/passkeys/passkey-name.ts";
import { accountErrorMessage } from "../account/action-runner.ts";

/** Creates a passkey right after a sign-in without one, while the sign-in is recent enough. */
export function newPasskeyStep(
  { views, account }: StepContext,
  joinedBy: JoinMethod,
  intent: SignInIntent,
): Promise<Step> {
  const { submit, later, ...titles } = ACCOUNT.newPasskey;
  const form = {
    name: "new-passkey",
    texts: titles[joinedBy],
    label: ACCOUNT.passkeys.name,
    input: passkeyNameInput(),
    submit,
    back: later,
  };
  return new Promise((goTo) => {
    const send = async (name: string) => {
      await account.addPasskey(name);
      goTo(resumeIntent(intent));
    };
    views.render(
      formView(form, {
        send,
        leave: () => goTo(resumeIntent(intent)),
        messageFor: accountErrorMessage,
      }),
    );
  });
}
