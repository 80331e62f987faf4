import { actions, brand, button, heading, noticeLine, paragraph } from "../../ui/components.ts";
import { h } from "../../ui/dom.ts";
import { ACCOUNT } from "../../ui/texts.ts";
import { accountErrorMessage } from "../account/action-runner.ts";
import { runWhileBusy } from "../run-while-busy.ts";
import type { JoinMethod, SignInIntent, Step, StepContext } from "../steps.ts";
import { resumeIntent } from "./sign-in-intent.ts";

/**
 * Creates a passkey right after a sign-in without one, while the sign-in is recent enough. It asks for no name: such a
 * phone is usually unconfirmed, and the server names the passkeys of unconfirmed phones.
 */
export function newPasskeyStep(
  { views, account }: StepContext,
  joinedBy: JoinMethod,
  intent: SignInIntent,
): Promise<Step> {
  const { submit, later, ...titles } = ACCOUNT.newPasskey;
  const texts = titles[joinedBy];
  return new Promise((goTo) => {
    const leave = () => goTo(resumeIntent(intent));
    const notice = noticeLine();
    const create = async () => {
      await account.addPasskey();
      leave();
    };
    const by = button(submit, () => void runWhileBusy(by, notice, create, accountErrorMessage));
    views.render({
      name: "new-passkey",
      title: texts.heading,
      content: [
        brand(),
        h(
          "div",
          { class: "view form" },
          heading(texts.heading),
          paragraph(texts.text),
          notice.element,
          actions(by, button(later, leave, { kind: "plain" })),
        ),
      ],
    });
  });
}
