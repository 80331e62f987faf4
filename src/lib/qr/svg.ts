import { qrPath, qrShapes } from "./path.ts";

/** The QR code of a text as SVG, for a file or for a page; `label` is what it says to who can't see it. */
export function qrSvg(text: string, label?: string): string {
  const { svg, paths } = qrShapes(qrPath(text));
  const said = label === undefined ? {} : { role: "img", "aria-label": label };
  const all = { xmlns: "http://www.w3.org/2000/svg", ...svg, ...said };
  return `<svg${written(all)}>${paths.map((path) => `<path${written(path)}/>`).join("")}</svg>`;
}

function written(attributes: Record<string, string>): string {
  return Object.entries(attributes)
    .map(
      ([name, value]) => ` ${name}="${value.replaceAll("&", "&amp;").replaceAll('"', "&quot;")}"`,
    )
    .join("");
}
