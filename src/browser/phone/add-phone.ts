import { h } from "../dom.ts";
import * as outlines from "../outlines.ts";
import { actions, brand, button, heading, paragraph } from "../parts.ts";
import { ACCOUNT } from "../texts.ts";
import type { Next, Phone } from "./next.ts";

/** How another phone comes to the account: told on the one that is signed in. */
export function addPhoneStep({ stage }: Phone): Promise<Next> {
  const texts = ACCOUNT.addPhone;
  const steps = texts.steps(`${location.host}/phone`).map((step) => h("li", {}, step));
  return new Promise((go) =>
    stage.show({
      name: "add-phone",
      title: texts.heading,
      content: [
        brand(),
        h(
          "div",
          { class: "view place" },
          heading(texts.heading),
          paragraph(texts.text),
          h("ol", { class: "steps" }, ...steps),
          actions(
            button(texts.scan, () => go({ to: "camera" }), { icon: outlines.camera }),
            button(texts.back, () => go({ to: "place", place: "passkeys" }), { kind: "plain" }),
          ),
        ),
      ],
    }),
  );
}
