import { h } from "../../ui/dom.ts";
import { icon } from "../../ui/icon.ts";
import * as icons from "../../ui/icons.ts";
import { ACCOUNT } from "../../ui/texts.ts";
import type { AccountPage } from "./account-page.ts";

const ENTRIES = [
  ["home", "/phone", icons.scan],
  ["devices", "/devices", icons.screen],
  ["passkeys", "/passkeys", icons.key],
  ["history", "/history", icons.clock],
] as const;

/** Links between the account pages. They are real links, so that the browser's history works. */
export function navigation(here: AccountPage | "home"): HTMLElement {
  const texts = ACCOUNT.navigation;
  const items = ENTRIES.map(([entry, href, path]) =>
    h(
      "li",
      {},
      h(
        "a",
        { href, "aria-current": entry === here ? "page" : undefined },
        icon(path),
        texts[entry],
      ),
    ),
  );
  return h("nav", { class: "navigation", "aria-label": texts.label }, h("ul", {}, ...items));
}
