import { h } from "../../ui/dom.ts";

/** The badges of an entry. Undefined if there are none. */
export function badges(...texts: (string | false)[]): HTMLElement | undefined {
  const items = texts.flatMap((text) =>
    text === false ? [] : [h("span", { class: "badge" }, text)],
  );
  return items.length > 0 ? h("p", { class: "badges" }, ...items) : undefined;
}
