import fc from "fast-check";
import jsQR from "jsqr";
import { encodeQR } from "qr";
import QRCode from "qrcode-svg";
import { describe, expect, it } from "vitest";
import { maskedMatrix, qrMatrix } from "../../src/qr/matrix.ts";
import { qrPath } from "../../src/qr/path.ts";
import { qrSvg } from "../../src/qr/svg.ts";

const LINK = `https://login.example.com/q/${"Ab_-".repeat(10)}xyz.23.abcdefghijklmnop`;

const MASKS = [0, 1, 2, 3, 4, 5, 6, 7] as const;

/** Draws the path as a browser would, `scale` pixels a module. */
function draw({ size, d }: { size: number; d: string }, scale: number) {
  const width = size * scale;
  const pixels = new Uint8ClampedArray(width * width * 4).fill(255);
  let x = 0;
  let y = 0;
  for (const [, command, first = "", second = ""] of d.matchAll(/([Mmh])([\d.]+)(?: ([\d.]+))?/g)) {
    if (command === "M") [x, y] = [Number(first), Number(second)];
    if (command === "m") [x, y] = [x + Number(first), y + Number(second)];
    if (command !== "h") continue;
    for (let row = (y - 0.5) * scale; row < (y + 0.5) * scale; row++) {
      for (let column = x * scale; column < (x + Number(first)) * scale; column++) {
        pixels.fill(0, (row * width + column) * 4, (row * width + column) * 4 + 3);
      }
    }
    x += Number(first);
  }
  return { pixels, width };
}

describe("a QR code", () => {
  it("is read by a decoder that didn't draw it", () => {
    const { pixels, width } = draw(qrPath(LINK), 3);
    expect(jsQR(pixels, width, width)?.data).toBe(LINK);
  });

  it("has four modules of quiet on every side", () => {
    const path = qrPath(LINK);
    const { pixels, width } = draw(path, 1);
    const dark: [number, number][] = [];
    for (let i = 0; i < width * width; i++) {
      if (pixels[i * 4] === 0) dark.push([i % width, Math.floor(i / width)]);
    }
    const edges = dark.flat();
    expect(Math.min(...edges)).toBe(4);
    expect(Math.max(...edges)).toBe(path.size - 5);
  });

  it("is one path, of three kilobytes or so, dark on white", () => {
    const svg = qrSvg(LINK);
    expect(svg.length).toBeLessThan(4500);
    expect(svg.match(/<path /g)).toHaveLength(2);
    expect(svg).toContain('shape-rendering="crispEdges"');
    expect(svg).toContain('fill="#fff"');
    expect(svg).toContain('stroke="#000"');
  });

  it("says what it is where it is told to, as an attribute and no more", () => {
    expect(qrSvg(LINK, 'scan "this" & that')).toContain(
      ' role="img" aria-label="scan &quot;this&quot; &amp; that">',
    );
  });
});

describe("the modules of a code", () => {
  /** As another library makes them. */
  const asOthersDo = (text: string, mask: number) =>
    encodeQR(text, "raw", { ecc: "medium", encoding: "byte", border: 1, mask })
      .slice(1, -1)
      .map((row) => row.slice(1, -1));
  const drawn = (rows: readonly boolean[][]) =>
    rows.map((row) => row.map((dark) => (dark ? "#" : ".")).join("")).join("\n");
  const ours = (text: string) => MASKS.map((mask) => drawn(maskedMatrix(text, mask)));
  const theirs = (text: string) => MASKS.map((mask) => drawn(asOthersDo(text, mask)));

  it.each([
    0, 1, 14, 15, 26, 27, 42, 62, 84, 106, 122, 152, 180, 181, 213, 287, 412, 644, 1000, 2331,
  ])("are those of another library to the last one, for a text of %d bytes", (length) => {
    const text = "zx9-".repeat(length).slice(0, length);
    expect(ours(text)).toEqual(theirs(text));
  });

  it("are the same for whatever a text may hold", () => {
    const texts = fc.string({ unit: "grapheme", minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(texts, (text) => {
        expect(ours(text)).toEqual(theirs(text));
      }),
      { numRuns: 40 },
    );
  });

  /**
   * As a third library makes them, under the mask that it likes best. It takes every text for three bytes
   * longer than it is, so that one which nearly fills its version is drawn in the next.
   */
  const asQrcodeSvgDoes = (text: string) =>
    new QRCode({ content: text, ecl: "M", padding: 0 }).qrcode.modules;

  it.each([1, 11, 15, 39, 59, 81, 119, 149, 177, 181, 210, 284, 409, 641, 1000, 2328])(
    "are those of a third library, under the mask that it chooses, for a text of %d bytes",
    (length) => {
      const text = "https://a.example/q/".repeat(length).slice(0, length);
      expect(ours(text)).toContain(drawn(asQrcodeSvgDoes(text)));
    },
  );

  it("are that library's for whatever a link may hold", () => {
    // What isn't ASCII it marks in a way of its own, and no link has that.
    const texts = fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(texts, (text) => {
        const theirs = asQrcodeSvgDoes(text);
        fc.pre(theirs.length === qrMatrix(text).length);
        expect(ours(text)).toContain(drawn(theirs));
      }),
      { numRuns: 40 },
    );
    expect(ours(LINK)).toContain(drawn(asQrcodeSvgDoes(LINK)));
  });

  it("stand under one of the eight masks, and the longest text has none", () => {
    expect(ours(LINK)).toContain(drawn(qrMatrix(LINK)));
    expect(() => qrMatrix("x".repeat(2332))).toThrow(RangeError);
  });
});
