import { ACCOUNT } from "../../ui/texts.ts";
import { resumeIntent } from "./sign-in-intent.ts";
import { formView } from "../form-view.ts";
import type { JoinMethod, SignInIntent, Step, Phone } from "../steps.ts";
import { passkeyNameInput } from "./passkey-name.ts";
import { placeNoticeOf } from "../account/action-runner.ts";

/** Somebody came in without a passkey of this phone: it makes one, while that needs no other sign-in. */
export function newPasskeyStep(
  { stage, account }: Phone,
  cameIn: JoinMethod,
  errand: SignInIntent,
): Promise<Step> {
  const { submit, later, ...says } = ACCOUNT.newPasskey;
  const form = {
    name: "new-passkey",
    texts: says[cameIn],
    label: ACCOUNT.passkeys.name,
    input: passkeyNameInput(),
    submit,
    back: later,
  };
  return new Promise((go) => {
    const send = async (name: string) => {
      await account.addPasskey(name);
      go(resumeIntent(errand));
    };
    stage.show(
      formView(form, { send, leave: () => go(resumeIntent(errand)), explain: placeNoticeOf }),
    );
  });
}
