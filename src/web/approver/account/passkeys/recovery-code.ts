import { h } from "../../../ui/dom.ts";
import * as icons from "../../../ui/icons.ts";
import { actions, brand, button, emblem, heading, paragraph } from "../../../ui/components.ts";
import type { View } from "../../../ui/view-host.ts";
import { ACCOUNT } from "../../../ui/texts.ts";

/** The recovery code. It is displayed only once. */
export function recoveryCodeView(code: string, done: () => void): View {
  const texts = ACCOUNT.recoveryCode;
  const outcome = h("p", { class: "hint", role: "status" });
  const copy = () =>
    void navigator.clipboard.writeText(code).then(
      () => (outcome.textContent = texts.copied),
      () => (outcome.textContent = texts.notCopied),
    );
  return {
    name: "recovery-code",
    title: texts.heading,
    content: [
      brand(),
      h(
        "div",
        { class: "view message" },
        emblem(icons.key, "accent"),
        heading(texts.heading),
        paragraph(texts.text),
        h("output", { class: "recovery-code", "aria-label": texts.label }, ...groupsOf(code)),
        outcome,
        actions(
          button(texts.done, done),
          // The clipboard is available over https only.
          isSecureContext ? button(texts.copy, copy, { kind: "plain" }) : undefined,
        ),
      ),
    ],
  };
}

/** Line breaks are allowed only between the groups. */
function groupsOf(code: string): HTMLElement[] {
  const groups = code.split("-");
  return groups.map((group, index) =>
    h("span", {}, index + 1 < groups.length ? `${group}-` : group),
  );
}
