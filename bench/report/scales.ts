/** Where a value lies in a drawing: functions of numbers. */
export interface Scale {
  /** The place of a value. */
  (value: number): number;
  /** Round values worth a line across the drawing. */
  ticks: number[];
}

/** From zero to the greatest value, evenly. */
export function linearScale(max: number, length: number): Scale {
  const step = niceStep(max);
  const ticks: number[] = [];
  for (let i = 0; i * step <= max * 1.0001; i += 1) ticks.push(roundAway(i * step));
  return Object.assign((value: number) => (max === 0 ? 0 : (value / max) * length), { ticks });
}

/** By powers of ten: from the power below the least value to the one above the greatest. */
export function logScale([min, max]: [number, number], length: number): Scale {
  const first = Math.floor(Math.log10(min));
  const last = Math.max(first + 1, Math.ceil(Math.log10(max)));
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => roundAway(10 ** (first + i)));
  const place = (value: number) => ((Math.log10(value) - first) / (last - first)) * length;
  return Object.assign(place, { ticks });
}

/** A step of 1, 2 or 5 times a power of ten that makes four to eight of them. */
function niceStep(max: number): number {
  if (max <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(max));
  const parts = max / power;
  if (parts < 2) return power / 5;
  return parts < 5 ? power / 2 : power;
}

/** Takes away what binary fractions add. */
function roundAway(value: number): number {
  return Number(value.toPrecision(6));
}
