import { h } from "../../dom.ts";
import { emblem } from "../../parts.ts";
import type { Notice } from "../../texts.ts";

/** There is nothing to list yet. */
export function emptyPlace(outline: string, [title, text]: Notice): HTMLElement {
  return h(
    "div",
    { class: "empty" },
    emblem(outline, "quiet"),
    h("h2", {}, title),
    h("p", { class: "text" }, text),
  );
}
