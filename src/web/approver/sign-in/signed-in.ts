import { h } from "../../ui/dom.ts";
import { button } from "../../ui/components.ts";
import { PHONE } from "../../ui/texts.ts";
import type { SignedInUser } from "../../../protocol/account.ts";
import { resultOf } from "../result.ts";
import { guardButton } from "../../ui/guarded-button.ts";
import type { Step, StepContext } from "../steps.ts";

/** The name of the signed-in user, and a button to sign out. `here`: the step after that. */
export function signedInLine(
  { account }: StepContext,
  user: SignedInUser,
  here: Step,
  goTo: (next: Step) => void,
): HTMLElement {
  const signOut = () =>
    void account.signOut().then(
      () => goTo(here),
      (error: unknown) =>
        goTo({ to: "result", result: resultOf(error, navigator.onLine), retry: here }),
    );
  return h(
    "p",
    { class: "signed-in" },
    h("span", {}, PHONE.signedInAs(user.name)),
    guardButton(button(PHONE.signOut, signOut, { kind: "link" })),
  );
}
