import { h } from "../../ui/dom.ts";
import { emblem } from "../../ui/components.ts";
import type { TitledText } from "../../ui/texts.ts";

/** The content of an empty list. */
export function emptyState(icon: string, [title, text]: TitledText): HTMLElement {
  return h(
    "div",
    { class: "empty" },
    emblem(icon, "quiet"),
    h("h2", {}, title),
    h("p", { class: "text" }, text),
  );
}
