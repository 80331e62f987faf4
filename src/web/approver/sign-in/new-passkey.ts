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
  const { submit, later, ...says } = ACCOUNT.newPasskey;
  const form = {
    name: "new-passkey",
    texts: says[joinedBy],
    label: ACCOUNT.passkeys.name,
    input: passkeyNameInput(),
    submit,
    back: later,
  };
  return new Promise((go) => {
    const send = async (name: string) => {
      await account.addPasskey(name);
      go(resumeIntent(intent));
    };
    views.render(
      formView(form, {
        send,
        leave: () => go(resumeIntent(intent)),
        messageFor: accountErrorMessage,
      }),
    );
  });
}
