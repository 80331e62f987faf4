import { svg } from "./svg.ts";

/**
 * A picture from icons.ts, in the colour of the text around it. It stands beside a text that says
 * the same, so screen readers pass it by.
 */
export function icon(outline: string): SVGSVGElement {
  const attributes = { viewBox: "0 0 24 24", "aria-hidden": "true", class: "icon" };
  return svg("svg", attributes, svg("path", { d: outline }));
}
