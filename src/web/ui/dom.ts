/** Creates elements without parsing HTML, so that no text can become markup. */

type Listener = (event: Event) => void;
type Attributes = Record<string, string | boolean | Listener | undefined>;
type Child = Node | string | undefined;

/**
 * Creates an element. A function among the attributes is an event listener, and `true` an attribute
 * without a value.
 */
export function h<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(attribute, value);
    else element.setAttribute(attribute, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== undefined));
  return element;
}

/** The element with this id, which the page must have. */
export function byId(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (!element) throw new TypeError(`the page has no #${id}`);
  return element;
}
