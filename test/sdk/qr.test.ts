import fc from "fast-check";
import jsQR from "jsqr";
import { encodeQR } from "qr";
import { describe, expect, it } from "vitest";
import { qrMatrix } from "../../src/lib/qr/matrix.ts";
import { qrPath } from "../../src/lib/qr/path.ts";
import { qrSvg } from "../../src/lib/qr/svg.ts";

const LINK = `https://login.example.com/q/${"Ab_-".repeat(10)}xyz.23.abcdefghijklmnop`;

const MASKS = [0, 1, 2, 3, 4, 5, 6, 7] as const;

/** Draws the path like a browser, with `scale` pixels per module. */
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
  it("draws a QR code that another library decodes", () => {
    const { pixels, width } = draw(qrPath(LINK), 3);
    expect(jsQR(pixels, width, width)?.data).toBe(LINK);
  });

  it("draws a quiet zone of four modules on every side", () => {
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

  it("draws the QR code as one path, dark on white, in less than 4,500 characters", () => {
    const svg = qrSvg(LINK);
    expect(svg.length).toBeLessThan(4500);
    expect(svg.match(/<path /g)).toHaveLength(2);
    expect(svg).toContain('shape-rendering="crispEdges"');
    expect(svg).toContain('fill="#fff"');
    expect(svg).toContain('stroke="#000"');
  });

  it("escapes the label of the SVG", () => {
    expect(qrSvg(LINK, 'scan "this" & that')).toContain(
      ' role="img" aria-label="scan &quot;this&quot; &amp; that">',
    );
  });
});

describe("the modules of a QR code", () => {
  /** The modules that another library makes, for each of the eight masks. */
  const underEachMask = (text: string, version: number) =>
    MASKS.map((mask) =>
      encodeQR(text, "raw", { ecc: "medium", encoding: "byte", border: 1, mask, version })
        .slice(1, -1)
        .map((row) => row.slice(1, -1)),
    );
  const drawn = (rows: readonly boolean[][]) =>
    rows.map((row) => row.map((dark) => (dark ? "#" : ".")).join("")).join("\n");
  const versionOf = (rows: readonly boolean[][]) => (rows.length - 17) / 4;

  it.each([1, 14, 26, 42, 62, 84, 106, 122, 152, 180, 213, 287, 412, 644, 1000, 2328])(
    "makes the same modules as another library under one of the eight masks, for %d bytes",
    (length) => {
      const text = "https://a.example/q/".repeat(length).slice(0, length);
      const modules = qrMatrix(text);
      const expected = underEachMask(text, versionOf(modules)).map(drawn);
      expect(expected).toContain(drawn(modules));
    },
  );

  it("makes the same modules as another library for any ASCII text", () => {
    const texts = fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(texts, (text) => {
        const modules = qrMatrix(text);
        const expected = underEachMask(text, versionOf(modules)).map(drawn);
        expect(expected).toContain(drawn(modules));
      }),
      { numRuns: 40 },
    );
  });

  it("refuses a text that is too long for a QR code", () => {
    expect(() => qrMatrix("x".repeat(2332))).toThrow("Content too long");
  });
});
