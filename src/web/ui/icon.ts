import { svg } from "./svg.ts";

/**
 * An icon from icons.ts in the colour of the text. Screen readers skip it, since the text beside it
 * says the same.
 */
export function icon(path: string): SVGSVGElement {
  const attributes = { viewBox: "0 0 24 24", "aria-hidden": "true", class: "icon" };
  return svg("svg", attributes, svg("path", { d: path }));
}
