import { ACCOUNT } from "../texts.ts";
import { goOn } from "./errand.ts";
import { formView } from "./form-view.ts";
import type { CameIn, Errand, Next, Phone } from "./next.ts";
import { passkeyNameInput } from "./passkey-name.ts";
import { placeNoticeOf } from "./places/deed.ts";

/** Somebody came in without a passkey of this phone: it makes one, while that needs no other sign-in. */
export function newPasskeyStep(
  { stage, account }: Phone,
  cameIn: CameIn,
  errand: Errand,
): Promise<Next> {
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
      go(goOn(errand));
    };
    stage.show(formView(form, { send, leave: () => go(goOn(errand)), explain: placeNoticeOf }));
  });
}
