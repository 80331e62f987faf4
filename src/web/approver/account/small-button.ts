import { h } from "../../ui/dom.ts";

/**
 * A button in a list where every entry has the same one. `label` tells screen readers which entry
 * it belongs to.
 */
export function smallButton(
  text: string,
  kind: "plain" | "danger",
  label: string,
  onClick: () => void,
): HTMLButtonElement {
  return h(
    "button",
    { type: "button", class: `button small ${kind}`, "aria-label": label, click: onClick },
    text,
  );
}
