import { h } from "../../../ui/dom.ts";
import * as icons from "../../../ui/icons.ts";
import { actions, brand, button, heading, paragraph } from "../../../ui/components.ts";
import { ACCOUNT } from "../../../ui/texts.ts";
import type { Step, StepContext } from "../../steps.ts";

/** Explains on a signed-in phone how to add another one. */
export function addPhoneStep({ views }: StepContext): Promise<Step> {
  const texts = ACCOUNT.addPhone;
  const steps = texts.steps(`${location.host}/phone`).map((step) => h("li", {}, step));
  return new Promise((goTo) =>
    views.render({
      name: "add-phone",
      title: texts.heading,
      content: [
        brand(),
        h(
          "div",
          { class: "view page" },
          heading(texts.heading),
          paragraph(texts.text),
          h("ol", { class: "steps" }, ...steps),
          actions(
            button(texts.scan, () => goTo({ to: "camera" }), { icon: icons.camera }),
            button(texts.back, () => goTo({ to: "account-page", page: "passkeys" }), {
              kind: "plain",
            }),
          ),
        ),
      ],
    }),
  );
}
