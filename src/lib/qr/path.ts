import { qrMatrix } from "./matrix.ts";

/** Light modules around the code (ISO/IEC 18004 §6.3.8). */
const QUIET_ZONE = 4;

const DARK = "#000";
const LIGHT = "#fff";

/** A QR code as one SVG path, and its side length in modules. */
export interface QrPath {
  size: number;
  d: string;
}

/** The QR code of a text, with its quiet zone. */
export function qrPath(text: string): QrPath {
  const rows = qrMatrix(text);
  const d = rows.map((row, y) => runs(row, y + QUIET_ZONE)).join("");
  return { size: rows.length + 2 * QUIET_ZONE, d };
}

/** The dark runs of a row, as strokes of width 1 along its middle. */
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

/**
 * The SVG attributes of a code: dark on white, also on a dark page, since many scanners can't read
 * the inverse.
 */
export function qrShapes({ size, d }: QrPath): {
  svg: Record<string, string>;
  paths: Record<string, string>[];
} {
  return {
    svg: { viewBox: `0 0 ${size} ${size}`, "shape-rendering": "crispEdges" },
    paths: [
      { fill: LIGHT, d: `M0 0h${size}v${size}H0z` },
      { stroke: DARK, d },
    ],
  };
}
