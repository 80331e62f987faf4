import { formatNumber, formatValue } from "./format.ts";
import type { Kind } from "./kinds.ts";
import { legend, legendOfKinds } from "./legend.ts";
import { linearScale } from "./scales.ts";
import { drawing, element, text } from "./svg.ts";

/** One bar: in the colour of its kind, or made of several parts. */
export interface Bar {
  label: string;
  kind: Kind;
  value: number;
  /** Its parts, by name. */
  parts?: Record<string, number>;
}

const WIDTH = 820;
const LEFT = 190;
const RIGHT = 100;
const TOP = 70;
const LINE = 28;
const THICKNESS = 18;

/** Horizontal bars from zero. Each part of a bar has its own colour. */
export function barChart(
  { title, subtitle, unit }: { title: string; subtitle: string; unit: string },
  bars: readonly Bar[],
): string {
  const scale = linearScale(Math.max(...bars.map(({ value }) => value)), WIDTH - LEFT - RIGHT);
  const bottom = TOP + bars.length * LINE;
  const grid = scale.ticks.flatMap((tick) => {
    const x = LEFT + scale(tick);
    const label = unit === "USD" ? `$${tick}` : formatNumber(tick);
    return [
      element("line", { class: "grid", x1: x, x2: x, y1: TOP - 4, y2: bottom }),
      text(label, { x, y: bottom + 18 }, { class: "tick", "text-anchor": "middle" }),
    ];
  });
  const names = partNames(bars);
  const lines = bars.flatMap((bar, index) => {
    const y = TOP + index * LINE + (LINE - THICKNESS) / 2;
    const pieces = pieceWidths(bar, names).map(({ from, to, colour }) =>
      element("rect", {
        class: `bar ${colour}`,
        x: LEFT + scale(from),
        y,
        width: Math.max(scale(to) - scale(from), 0.5),
        height: THICKNESS,
        rx: 2,
      }),
    );
    const middle = y + THICKNESS / 2 + 4;
    const end = LEFT + scale(bar.value) + 8;
    return [
      text(bar.label, { x: LEFT - 12, y: middle }, { class: "label", "text-anchor": "end" }),
      ...pieces,
      text(formatValue(bar.value, unit), { x: end, y: middle }, { class: "value" }),
    ];
  });
  const height = bottom + 58;
  const at = { x: names.length === 0 ? LEFT : 20, y: height - 16 };
  const key =
    names.length === 0
      ? legendOfKinds(new Set(bars.map(({ kind }) => kind)), at)
      : legend(
          names.map((name, i) => ({ colour: `s${i}`, name })),
          at,
        );
  return drawing({ title, subtitle, width: WIDTH, height }, [...grid, ...lines, ...key]);
}

/** The names of all parts, each once. */
export function partNames(bars: readonly Bar[]): string[] {
  return [...new Set(bars.flatMap(({ parts = {} }) => Object.keys(parts)))];
}

/** The start and the end of each part of a bar. */
export function pieceWidths(
  { value, kind, parts }: Bar,
  names: readonly string[],
): { from: number; to: number; colour: string }[] {
  if (!parts) return [{ from: 0, to: value, colour: kind }];
  let end = 0;
  return names.flatMap((name, i) => {
    const from = end;
    end += parts[name] ?? 0;
    return end > from ? [{ from, to: end, colour: `s${i}` }] : [];
  });
}
