import { LoginError } from "../../../sdk/login-error.ts";
import { h } from "../../ui/dom.ts";
import { actions, brand, button, heading, noticeLine, paragraph } from "../../ui/components.ts";
import { formatUserCode, impossibleCharacter, parseUserCode } from "../../../protocol/user-code.ts";
import { PHONE } from "../../ui/texts.ts";
import { guardButton } from "../../ui/guarded-button.ts";
import { runWhileBusy } from "../run-while-busy.ts";
import { claimSession, claimFailure } from "./claim.ts";
import type { Step, StepContext } from "../steps.ts";

/**
 * The form for the typed code. The code of an opened link is only filled in: whoever sent the link
 * may own the device, so the user has to compare the code first (RFC 8628 §3.3.1).
 */
export function typingStep(context: StepContext, prefilled?: string): Promise<Step> {
  const texts = PHONE.typing;
  const wording = prefilled === undefined ? texts : texts.prefilled;
  const notice = noticeLine();
  const input = h("input", {
    id: "code",
    name: "code",
    type: "text",
    inputmode: "text",
    autocapitalize: "characters",
    autocomplete: "off",
    autocorrect: "off",
    spellcheck: "false",
    enterkeyhint: "go",
    maxlength: "40",
    required: true,
    class: "user-code",
    placeholder: "WDJB-MJHT",
    value: prefilled === undefined ? undefined : formatUserCode(prefilled),
  });
  const submitButton = h("button", { class: "button primary" }, texts.submit);
  // The user hasn't typed the code, so the button is guarded.
  if (prefilled !== undefined) guardButton(submitButton);

  return new Promise((resolve) => {
    const claim = async (userCode: string) => {
      try {
        resolve(await claimSession(context.account, { by: "user_code", userCode }));
      } catch (error) {
        const code = error instanceof LoginError ? error.code : "";
        if (code === "user_code_unknown" || code === "network") throw error;
        resolve(claimFailure(error, { to: "typing" }));
      }
    };
    const submit = (event: Event) => {
      event.preventDefault();
      const userCode = parseUserCode(input.value);
      if (userCode === undefined) notice.show(malformedText(input.value));
      else void runWhileBusy(submitButton, notice, () => claim(userCode));
    };
    context.views.render({
      name: "typing",
      title: wording.heading,
      content: [
        brand(),
        h(
          "form",
          { class: "view form", submit },
          heading(wording.heading),
          paragraph(wording.text),
          h("label", { for: "code" }, texts.label),
          input,
          notice.element,
          actions(
            submitButton,
            button(texts.scan, () => resolve({ to: "camera" }), { kind: "plain" }),
          ),
        ),
      ],
    });
  });
}

/** What is wrong with a code that is not sent, because it can't be one. */
function malformedText(typed: string): string {
  const character = impossibleCharacter(typed);
  return character === undefined ? PHONE.typing.malformed : PHONE.typing.impossible(character);
}
