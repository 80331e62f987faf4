import { LoginError } from "../../../sdk/login-error.ts";
import { h } from "../../ui/dom.ts";
import { actions, brand, button, heading, noticeLine, paragraph } from "../../ui/components.ts";
import { formatUserCode, parseUserCode } from "../../../protocol/user-code.ts";
import { PHONE } from "../../ui/texts.ts";
import { guardButton } from "../../ui/guarded-button.ts";
import { claimSession, claimFailure } from "./claim.ts";
import type { Step, StepContext } from "../steps.ts";

/**
 * The form for the typed code. The code of an opened link is only filled in: whoever sent the link
 * may own the device, so the user has to compare the code first (RFC 8628 §3.3.1).
 */
export function typingStep(context: StepContext, brought?: string): Promise<Step> {
  const texts = PHONE.typing;
  const says = brought === undefined ? texts : texts.prefilled;
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
    value: brought === undefined ? undefined : formatUserCode(brought),
  });
  const go = h("button", { class: "button primary" }, texts.submit);
  // The user hasn't typed the code, so the button is guarded.
  if (brought !== undefined) guardButton(go);

  return new Promise((resolve) => {
    const submit = async (event: Event) => {
      event.preventDefault();
      if (go.ariaBusy === "true") return;
      const userCode = parseUserCode(input.value);
      if (userCode === undefined) return notice.show(texts.malformed);
      notice.show("");
      go.ariaBusy = "true";
      try {
        resolve(await claimSession(context.account, { by: "user_code", userCode }));
      } catch (error) {
        const code = error instanceof LoginError ? error.code : "";
        if (code === "user_code_unknown") notice.show(texts.unknown);
        else if (code === "network") notice.show(PHONE.notices.network);
        else resolve(claimFailure(error, { to: "typing" }));
      } finally {
        go.ariaBusy = "false";
      }
    };
    context.views.render({
      name: "typing",
      title: says.heading,
      content: [
        brand(),
        h(
          "form",
          { class: "view form", submit: (event) => void submit(event) },
          heading(says.heading),
          paragraph(says.text),
          h("label", { for: "code" }, texts.label),
          input,
          notice.element,
          actions(
            go,
            button(texts.scan, () => resolve({ to: "camera" }), { kind: "plain" }),
          ),
        ),
      ],
    });
  });
}
