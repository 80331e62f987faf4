import jsQR from "jsqr";
import { describe, expect, it } from "vitest";
import { qrPath, qrSvg } from "../../src/browser/client/qr.ts";

const LINK = `https://login.example.com/q/${"Ab_-".repeat(10)}xyz.23.abcdefghijklmnop`;

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
});
