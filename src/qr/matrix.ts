import { alignmentsIn, codewordsOf, type Codewords } from "./codewords.ts";

/** Rows of modules: true is dark. */
export type Matrix = boolean[][];

/** Which modules each mask turns over (ISO/IEC 18004, table 10). */
const MASKS: readonly ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0,
  (_, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

/** What a module of a code that isn't finished may be; the patterns' modules are the same under every mask. */
const [LIGHT, DARK, FREE] = [0, 1, 2];

/**
 * The QR code of a text: byte mode, error correction level M, in the smallest size that holds it,
 * under the mask that scanners read best. It is made by the server for the first code and by the page
 * for the others, so it is small, and needs nothing that only one of them has.
 */
export function qrMatrix(text: string): Matrix {
  const codewords = codewordsOf(text);
  const candidates = MASKS.map((_, mask) => modulesOf(codewords, mask));
  const penalties = candidates.map(penaltyOf);
  return rowsOf(candidates[penalties.indexOf(Math.min(...penalties))] ?? new Uint8Array());
}

/** The same, under the mask of this number. */
export function maskedMatrix(text: string, mask: number): Matrix {
  return rowsOf(modulesOf(codewordsOf(text), mask));
}

function modulesOf({ version, bytes }: Codewords, mask: number): Uint8Array {
  const size = 17 + 4 * version;
  const modules = new Uint8Array(size ** 2).fill(FREE);
  const set: SetModule = (x, y, dark) => {
    if (x >= 0 && x < size && y >= 0 && y < size) modules[y * size + x] = dark ? DARK : LIGHT;
  };
  drawPatterns(version, size, set);
  drawFormat(mask, size, set);
  fill(modules, bytes, MASKS[mask] ?? (() => false));
  return modules;
}

function rowsOf(modules: Uint8Array): Matrix {
  const size = Math.sqrt(modules.length);
  return Array.from({ length: size }, (_, y) =>
    Array.from({ length: size }, (_, x) => modules[y * size + x] === DARK),
  );
}

type SetModule = (x: number, y: number, dark: boolean) => void;

/** What a scanner finds the code by (§6.3). */
function drawPatterns(version: number, size: number, set: SetModule): void {
  const square = (x: number, y: number, radius: number, isDark: (ring: number) => boolean) => {
    for (let dy = -radius; dy <= radius; dy++) {
      for (let dx = -radius; dx <= radius; dx++) {
        set(x + dx, y + dy, isDark(Math.max(Math.abs(dx), Math.abs(dy))));
      }
    }
  };
  for (let i = 0; i < size; i++) {
    set(6, i, i % 2 === 0);
    set(i, 6, i % 2 === 0);
  }
  const centres = alignmentCentres(version, size);
  const last = centres.length - 1;
  for (const [i, x] of centres.entries()) {
    for (const [j, y] of centres.entries()) {
      // In three of the corners stands a finder pattern.
      if ((i === 0 && (j === 0 || j === last)) || (i === last && j === 0)) continue;
      square(x, y, 2, (ring) => ring !== 1);
    }
  }
  for (const [x, y] of [
    [3, 3],
    [size - 4, 3],
    [3, size - 4],
  ] as const) {
    square(x, y, 4, (ring) => ring !== 2 && ring !== 4);
  }
  if (version < 7) return;
  // §7.10: which version it is.
  const bits = (version << 12) | checkBits(version, 12, 0x1f25);
  for (let i = 0; i < 18; i++) {
    const [along, across] = [size - 11 + (i % 3), Math.floor(i / 3)];
    set(along, across, ((bits >> i) & 1) === 1);
    set(across, along, ((bits >> i) & 1) === 1);
  }
}

/** Where alignment patterns stand (annex E): evenly, but for the first gap. */
function alignmentCentres(version: number, size: number): number[] {
  const count = alignmentsIn(version);
  if (count === 0) return [];
  const step = Math.floor((version * 8 + count * 3 + 5) / (count * 4 - 4)) * 2;
  const others = Array.from({ length: count - 1 }, (_, i) => size - 7 - i * step);
  return [6, ...others.toReversed()];
}

/** §7.9: level M, whose indicator is 00, and the mask; twice, and the one module that is always dark. */
function drawFormat(mask: number, size: number, set: SetModule): void {
  const bits = ((mask << 10) | checkBits(mask, 10, 0x537)) ^ 0x5412;
  for (let i = 0; i < 15; i++) {
    const dark = ((bits >> i) & 1) === 1;
    if (i < 8) set(size - 1 - i, 8, dark);
    else set(8, size - 15 + i, dark);
    // Beside the first finder pattern, round the corner, and over the timing patterns.
    if (i < 6) set(8, i, dark);
    else if (i < 8) set(8, i + 1, dark);
    else if (i === 8) set(7, 8, dark);
    else set(14 - i, 8, dark);
  }
  set(8, size - 8, true);
}

/** The remainder that makes a value recognisable (annexes C and D). */
function checkBits(value: number, count: number, polynomial: number): number {
  let rest = value;
  for (let i = 0; i < count; i++) rest = (rest << 1) ^ ((rest >>> (count - 1)) * polynomial);
  return rest;
}

/** The codewords, in what the patterns have left: upwards and downwards by turns, from the right (§7.7.3). */
function fill(
  modules: Uint8Array,
  bytes: Uint8Array,
  mask: (x: number, y: number) => boolean,
): void {
  const size = Math.sqrt(modules.length);
  let bit = 0;
  let upwards = true;
  for (let right = size - 1; right > 0; right -= 2, upwards = !upwards) {
    // The upright timing pattern takes a column of its own.
    if (right === 6) right--;
    for (let i = 0; i < size; i++) {
      const y = upwards ? size - 1 - i : i;
      for (let x = right; x > right - 2; x--) {
        if (modules[y * size + x] !== FREE) continue;
        const dark = (((bytes[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1) === 1;
        modules[y * size + x] = dark === mask(x, y) ? LIGHT : DARK;
        bit++;
      }
    }
  }
}

/** How hard a code is to read (§7.8.3): long runs, what looks like a finder, blocks, too much of one colour. */
function penaltyOf(modules: Uint8Array): number {
  const size = Math.sqrt(modules.length);
  let penalty = 0;
  let dark = 0;
  for (let i = 0; i < size; i++) {
    penalty += linePenalty(modules, { from: i * size, step: 1, size });
    penalty += linePenalty(modules, { from: i, step: size, size });
  }
  for (let at = 0; at < modules.length; at++) {
    const module = modules[at] ?? LIGHT;
    dark += module;
    const isBlock =
      (at + 1) % size !== 0 &&
      module === modules[at + 1] &&
      module === modules[at + size] &&
      module === modules[at + size + 1];
    if (isBlock) penalty += 3;
  }
  return penalty + Math.floor(Math.abs(dark / modules.length - 0.5) * 20) * 10;
}

/** Eleven modules of a row or a column that look like a finder pattern and the white beside it. */
const FINDERS = [0b10111010000, 0b00001011101];

function linePenalty(
  modules: Uint8Array,
  { from, step, size }: { from: number; step: number; size: number },
): number {
  let penalty = 0;
  let run = 0;
  let last = 0;
  for (let i = 0, at = from; i < size; i++, at += step) {
    const module = modules[at] ?? LIGHT;
    run = i > 0 && module === (last & 1) ? run + 1 : 1;
    if (run >= 5) penalty += run === 5 ? 3 : 1;
    last = ((last << 1) | module) & 0x7ff;
    if (i >= 10 && FINDERS.includes(last)) penalty += 40;
  }
  return penalty;
}
