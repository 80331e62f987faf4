/** The codewords of a QR code (ISO/IEC 18004 §7.4, §7.5): a text's bytes, and what repairs them. */

/**
 * Of error correction level M, for each version from 1: how many codewords repair a block, and how
 * many blocks there are (ISO/IEC 18004, table 9).
 */
const REPAIR = [
  10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26, 28, 28, 28,
  28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28,
];
const BLOCKS = [
  1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21, 23, 25, 26,
  28, 29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49,
];

/** What fills the rest of a code (§7.4.10). */
const PADDING = [0xec, 0x11];

export interface Codewords {
  /** 1 to 40: how large the code is. */
  version: number;
  /** In the order in which they are placed. */
  bytes: Uint8Array;
}

/** The codewords of a text, in the smallest code that holds it. Throws where none does. */
export function codewordsOf(text: string): Codewords {
  const content = new TextEncoder().encode(text);
  for (let version = 1; version <= 40; version++) {
    const repair = REPAIR[version - 1] ?? 0;
    const blocks = BLOCKS[version - 1] ?? 0;
    const capacity = codewordsIn(version);
    const room = capacity - repair * blocks;
    const bits = version < 10 ? 8 : 16;
    if (content.length + (4 + bits) / 8 > room) continue;
    const data = padded(content, bits, room);
    return { version, bytes: interleaved(data, { capacity, repair, blocks }) };
  }
  throw new RangeError("the text is too long for a QR code");
}

/** How many alignment patterns stand in a row. */
export function alignmentsIn(version: number): number {
  return version === 1 ? 0 : Math.floor(version / 7) + 2;
}

/** What is left of the square when the patterns are taken off, in whole bytes. */
function codewordsIn(version: number): number {
  const alignments = alignmentsIn(version);
  let modules = (16 * version + 128) * version + 64;
  if (alignments > 0) modules -= (25 * alignments - 10) * alignments - 55;
  if (version >= 7) modules -= 36;
  return Math.floor(modules / 8);
}

/** Byte mode (§7.4.5): four bits that say so, the length in so many bits, the bytes; then the padding. */
function padded(content: Uint8Array, lengthBits: number, room: number): Uint8Array {
  const data = new Uint8Array(room);
  // The mode's four bits push everything after them half a byte on.
  const halves = [4];
  for (let shift = lengthBits - 4; shift >= 0; shift -= 4) {
    halves.push((content.length >> shift) & 15);
  }
  for (const byte of content) halves.push(byte >> 4, byte & 15);
  halves.push(0);
  for (let i = 0; i < halves.length; i += 2) {
    data[i / 2] = ((halves[i] ?? 0) << 4) | (halves[i + 1] ?? 0);
  }
  const end = Math.ceil(halves.length / 2);
  for (let i = end; i < room; i++) data[i] = PADDING[(i - end) % 2] ?? 0;
  return data;
}

/** The data in blocks, each with what repairs it, and all of them read across (§7.6). */
function interleaved(
  data: Uint8Array,
  { capacity, repair, blocks }: { capacity: number; repair: number; blocks: number },
): Uint8Array {
  const longer = data.length % blocks;
  const short = Math.floor(data.length / blocks);
  const divisor = divisorOf(repair);
  const parts: { data: Uint8Array; repair: Uint8Array }[] = [];
  for (let i = 0, from = 0; i < blocks; i++) {
    const to = from + short + (i >= blocks - longer ? 1 : 0);
    const part = data.subarray(from, to);
    parts.push({ data: part, repair: remainder(part, divisor) });
    from = to;
  }
  const bytes = new Uint8Array(capacity);
  let at = 0;
  for (const [kind, length] of [
    ["data", short + 1],
    ["repair", repair],
  ] as const) {
    for (let i = 0; i < length; i++) {
      for (const part of parts) {
        const byte = part[kind][i];
        if (byte !== undefined) bytes[at++] = byte;
      }
    }
  }
  return bytes;
}

/** The generator polynomial of Reed and Solomon's code, without its leading 1 (annex A). */
function divisorOf(degree: number): Uint8Array {
  const divisor = new Uint8Array(degree);
  divisor[degree - 1] = 1;
  for (let i = 0, root = 1; i < degree; i++, root = product(root, 2)) {
    for (let j = 0; j < degree; j++) {
      divisor[j] = product(divisor[j] ?? 0, root) ^ (divisor[j + 1] ?? 0);
    }
  }
  return divisor;
}

function remainder(data: Uint8Array, divisor: Uint8Array): Uint8Array {
  const rest = new Uint8Array(divisor.length);
  for (const byte of data) {
    const factor = byte ^ (rest[0] ?? 0);
    rest.copyWithin(0, 1);
    rest[rest.length - 1] = 0;
    for (const [i, coefficient] of divisor.entries()) {
      rest[i] = (rest[i] ?? 0) ^ product(coefficient, factor);
    }
  }
  return rest;
}

/** Multiplication in the field of 256 elements that QR codes use (§7.5.2). */
function product(x: number, y: number): number {
  let result = 0;
  for (let bit = 7; bit >= 0; bit--) {
    result = (result << 1) ^ ((result >>> 7) * 0x11d);
    result ^= ((y >>> bit) & 1) * x;
  }
  return result;
}
