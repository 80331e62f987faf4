const SVG = "http://www.w3.org/2000/svg";

/**
 * A picture from outlines.ts, in the colour of the text around it. It stands beside a text that says
 * the same, so screen readers pass it by.
 */
export function icon(outline: string): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("icon");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", outline);
  svg.append(path);
  return svg;
}
