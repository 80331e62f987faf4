import { qrPath, qrShapes } from "./path.ts";

/** The QR code of a text as SVG. `label`: its accessible name. */
export function qrSvg(text: string, label?: string): string {
  const { svg, paths } = qrShapes(qrPath(text));
  const aria = label === undefined ? {} : { role: "img", "aria-label": label };
  const attributes = { xmlns: "http://www.w3.org/2000/svg", ...svg, ...aria };
  return `<svg${format(attributes)}>${paths.map((path) => `<path${format(path)}/>`).join("")}</svg>`;
}

function format(attributes: Record<string, string>): string {
  return Object.entries(attributes)
    .map(
      ([name, value]) => ` ${name}="${value.replaceAll("&", "&amp;").replaceAll('"', "&quot;")}"`,
    )
    .join("");
}
