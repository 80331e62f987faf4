/** Maps a value to its position in a drawing. */
export interface Scale {
  /** The position of a value. */
  (value: number): number;
  /** Round values for grid lines. */
  ticks: number[];
}

/** A linear scale from zero to the largest value. */
export function linearScale(max: number, length: number): Scale {
  const step = niceStep(max);
  const ticks: number[] = [];
  for (let i = 0; i * step <= max * 1.0001; i += 1) ticks.push(roundAway(i * step));
  return Object.assign((value: number) => (max === 0 ? 0 : (value / max) * length), { ticks });
}

/** A logarithmic scale from the power of ten below the smallest value to the one above the largest. */
export function logScale([min, max]: [number, number], length: number): Scale {
  const first = Math.floor(Math.log10(min));
  const last = Math.max(first + 1, Math.ceil(Math.log10(max)));
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => roundAway(10 ** (first + i)));
  const place = (value: number) => ((Math.log10(value) - first) / (last - first)) * length;
  return Object.assign(place, { ticks });
}

/** A step of 1, 2 or 5 times a power of ten that gives four to eight steps. */
function niceStep(max: number): number {
  if (max <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(max));
  const parts = max / power;
  if (parts < 2) return power / 5;
  return parts < 5 ? power / 2 : power;
}

/** Removes rounding errors of binary fractions. */
function roundAway(value: number): number {
  return Number(value.toPrecision(6));
}
