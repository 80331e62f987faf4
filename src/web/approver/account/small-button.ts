import { h } from "../../ui/dom.ts";

/** A button in a list, where every entry has one like it: `label` says to those who listen of which. */
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
