import { qrPath, qrShapes } from "../lib/qr/path.ts";

const SVG = "http://www.w3.org/2000/svg";

/** Renders a text as a QR code. */
export function renderQr(text: string, label: string): SVGSVGElement {
  const { svg, paths } = qrShapes(qrPath(text));
  const image = element("svg", { ...svg, role: "img", "aria-label": label });
  image.append(...paths.map((path) => element("path", path)));
  return image;
}

function element<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  attributes: Record<string, string>,
): SVGElementTagNameMap[Name] {
  const created = document.createElementNS(SVG, name);
  for (const [attribute, value] of Object.entries(attributes)) {
    created.setAttribute(attribute, value);
  }
  return created;
}
