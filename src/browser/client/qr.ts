import QRCode from "qrcode-svg";

/** Modules of white around the code, which scanners need to find it (ISO/IEC 18004 §6.3.8). */
const QUIET_ZONE = 4;

const DARK = "#000";
const LIGHT = "#fff";
const SVG = "http://www.w3.org/2000/svg";

/** A QR code as one path of horizontal runs, and the side of the square that it stands in. */
export interface QrPath {
  size: number;
  d: string;
}

/** The QR code of a text, error correction level M, with its quiet zone. */
export function qrPath(text: string): QrPath {
  const { modules } = new QRCode({ content: text, ecl: "M", padding: 0 }).qrcode;
  const d = modules.map((row, y) => runs(row, y + QUIET_ZONE)).join("");
  return { size: modules.length + 2 * QUIET_ZONE, d };
}

/** The dark runs of a row as strokes of width 1, drawn along the row's middle. */
function runs(row: boolean[], y: number): string {
  let path = "";
  let pen: number | undefined;
  for (let x = 0; x < row.length; x++) {
    if (!row[x]) continue;
    const start = x;
    while (row[x + 1]) x++;
    const length = x + 1 - start;
    path += pen === undefined ? `M${start + QUIET_ZONE} ${y}.5` : `m${start - pen} 0`;
    path += `h${length}`;
    pen = start + length;
  }
  return path;
}

/** The QR code of a text as an SVG document. */
export function qrSvg(text: string): string {
  const { size, d } = qrPath(text);
  return (
    `<svg xmlns="${SVG}" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges">` +
    `<path fill="${LIGHT}" d="M0 0h${size}v${size}H0z"/><path stroke="${DARK}" d="${d}"/></svg>`
  );
}

/**
 * The QR code of a text as an element for the page: dark on white, also where the page is dark,
 * since many scanners don't read the opposite.
 */
export function renderQr(text: string, label: string): SVGSVGElement {
  const { size, d } = qrPath(text);
  const svg = element("svg", {
    viewBox: `0 0 ${size} ${size}`,
    "shape-rendering": "crispEdges",
    role: "img",
    "aria-label": label,
  });
  svg.append(
    element("path", { fill: LIGHT, d: `M0 0h${size}v${size}H0z` }),
    element("path", { stroke: DARK, d }),
  );
  return svg;
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
