import { h } from "../../dom.ts";
import { icon } from "../../icon.ts";
import * as outlines from "../../outlines.ts";
import { ACCOUNT } from "../../texts.ts";
import type { Place } from "./place.ts";

const ENTRIES = [
  ["home", "/phone", outlines.scan],
  ["devices", "/devices", outlines.screen],
  ["passkeys", "/passkeys", outlines.key],
  ["history", "/history", outlines.clock],
] as const;

/** From each place to the others: real links, so that going back and forward is the browser's own. */
export function navigation(here: Place | "home"): HTMLElement {
  const texts = ACCOUNT.navigation;
  const items = ENTRIES.map(([entry, href, outline]) =>
    h(
      "li",
      {},
      h(
        "a",
        { href, "aria-current": entry === here ? "page" : undefined },
        icon(outline),
        texts[entry],
      ),
    ),
  );
  return h("nav", { class: "places", "aria-label": texts.label }, h("ul", {}, ...items));
}
