import { formatValue } from "./format.ts";
import type { Kind } from "./kinds.ts";
import { legendOfKinds } from "./legend.ts";
import { logScale } from "./scales.ts";
import { drawing, element, text } from "./svg.ts";

/** One line of a chart of distributions. */
export interface Range {
  label: string;
  kind: Kind;
  p50: number;
  p95: number;
  p99: number;
}

const WIDTH = 820;
const LEFT = 170;
const RIGHT = 90;
const TOP = 74;
const LINE = 28;

/**
 * Distributions on a logarithmic scale: a dot for the median, a line to p99, and a mark at p95.
 */
export function rangeChart(
  { title, subtitle, unit }: { title: string; subtitle: string; unit: string },
  ranges: readonly Range[],
): string {
  const all = ranges.flatMap(({ p50, p99 }) => [p50, p99]);
  const scale = logScale([Math.min(...all), Math.max(...all)], WIDTH - LEFT - RIGHT);
  const bottom = TOP + ranges.length * LINE;
  const grid = scale.ticks.flatMap((tick) => {
    const x = LEFT + scale(tick);
    return [
      element("line", { class: "grid", x1: x, x2: x, y1: TOP - 6, y2: bottom }),
      text(
        formatTick(tick, unit),
        { x, y: bottom + 18 },
        { class: "tick", "text-anchor": "middle" },
      ),
    ];
  });
  const lines = ranges.flatMap(({ label, kind, p50, p95, p99 }, index) => {
    const y = TOP + index * LINE + LINE / 2;
    const [x50, x95, x99] = [p50, p95, p99].map((value) => LEFT + scale(value));
    if (x50 === undefined || x95 === undefined || x99 === undefined) return [];
    return [
      text(label, { x: LEFT - 12, y: y + 4 }, { class: "label", "text-anchor": "end" }),
      element("line", { class: `range ${kind}`, x1: x50, x2: x99, y1: y, y2: y }),
      element("line", { class: `mark ${kind}`, x1: x95, x2: x95, y1: y - 5, y2: y + 5 }),
      element("circle", { class: `dot ${kind}`, cx: x50, cy: y, r: 6 }),
      text(formatValue(p50, unit), { x: x99 + 10, y: y + 4 }, { class: "value" }),
    ];
  });
  const kinds = new Set(ranges.map(({ kind }) => kind));
  const height = bottom + 58;
  const frame = { title, subtitle, width: WIDTH, height };
  return drawing(frame, [...grid, ...lines, ...legendOfKinds(kinds, { x: LEFT, y: height - 16 })]);
}

function formatTick(tick: number, unit: string): string {
  return unit === "ms" && tick >= 1000 ? `${tick / 1000} s` : `${tick} ${unit}`;
}
