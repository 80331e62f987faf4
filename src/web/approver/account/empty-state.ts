import { h } from "../../ui/dom.ts";
import { emblem } from "../../ui/components.ts";
import type { Notice } from "../../ui/texts.ts";

/** The content of an empty list. */
export function emptyState(outline: string, [title, text]: Notice): HTMLElement {
  return h(
    "div",
    { class: "empty" },
    emblem(outline, "quiet"),
    h("h2", {}, title),
    h("p", { class: "text" }, text),
  );
}
