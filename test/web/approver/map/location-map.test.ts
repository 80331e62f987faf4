import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mapGeometry } from "../../../../src/web/approver/map/map-geometry.ts";
import { HEIGHT, WIDTH } from "../../../../src/web/approver/map/map-projection.ts";

const BERLIN = { latitude: 52.5, longitude: 13.4 };
const MOSCOW = { latitude: 55.75, longitude: 37.6 };

const numbersOf = (path: string) => path.match(/-?\d+(\.\d+)?/g)?.map(Number) ?? [];

describe("the map of two places", () => {
  it("draws the map with the east on the right and the north at the top", () => {
    const [moscow, berlin] = mapGeometry(MOSCOW, BERLIN)?.points ?? [];
    expect(moscow?.x).toBeGreaterThan(berlin?.x ?? NaN);
    expect(moscow?.y).toBeLessThan(berlin?.y ?? NaN);
  });

  it("draws the shorter way across the antimeridian", () => {
    const auckland = { latitude: -36.8, longitude: 174.8 };
    const honolulu = { latitude: 21.3, longitude: -157.9 };
    const [west, east] = mapGeometry(auckland, honolulu)?.points ?? [];
    expect(east?.x).toBeGreaterThan(west?.x ?? NaN);
    // 27 degrees instead of 333, so the map is taller than wide.
    expect(Math.abs((east?.x ?? 0) - (west?.x ?? 0))).toBeLessThan(60);
  });

  it("draws no map of a single location", () => {
    expect(mapGeometry(BERLIN, { ...BERLIN })).toBeUndefined();
    expect(mapGeometry(BERLIN, { ...BERLIN, longitude: 13.4 + 360 })).toBeUndefined();
  });

  it("draws near locations as far apart as distant ones", () => {
    const near = mapGeometry(BERLIN, { latitude: 52.51, longitude: 13.43 });
    const [a, b] = near?.points ?? [];
    expect(Math.abs((b?.x ?? 0) - (a?.x ?? 0))).toBeGreaterThan(100);
    expect(numbersOf(near?.graticule ?? "").length).toBeGreaterThan(10);
  });

  it("ends the map at the poles", () => {
    const map = mapGeometry({ latitude: 89, longitude: 0 }, { latitude: 80, longitude: 10 });
    const [, top] = numbersOf(map?.graticule ?? "");
    expect(top).toBeGreaterThan(0);
  });

  const place = fc.record({
    latitude: fc.double({ min: -90, max: 90, noNaN: true }),
    longitude: fc.double({ min: -180, max: 180, noNaN: true }),
  });

  it("draws any two locations apart, with names that don't overlap", () => {
    fc.assert(
      fc.property(place, place, (one, other) => {
        const map = mapGeometry(one, other);
        if (!map) return;
        for (const { x, y, label } of map.points) {
          expect(x).toBeGreaterThan(30);
          expect(x).toBeLessThan(WIDTH - 30);
          expect(y).toBeGreaterThan(20);
          expect(y).toBeLessThan(HEIGHT - 30);
          expect(label.y + 15).toBeLessThan(HEIGHT - 5);
          // There is room for a name of ten letters, on the map.
          expect(label.room).toBeGreaterThan(80);
          expect(label.room).toBeLessThan(label.anchor === "start" ? WIDTH - label.x : label.x);
        }
        const [a, b] = map.points;
        expect(Math.hypot(a.x - b.x, a.y - b.y)).toBeGreaterThan(60);
        const [left, right] = a.x <= b.x ? [a, b] : [b, a];
        const sameLine = Math.abs(a.label.y - b.label.y) < 30;
        const inwards = left.label.anchor === "start";
        if (sameLine && inwards) {
          const taken = left.label.room + right.label.room;
          expect(right.label.x - left.label.x).toBeGreaterThan(taken);
        }
        expect(numbersOf(map.arc).every(Number.isFinite)).toBe(true);
        const [top = 0, bottom = 0] = /^M\S+ (\S+)V([^M]+)/.exec(map.graticule)?.slice(1) ?? [];
        expect(Number(top)).toBeGreaterThanOrEqual(0);
        expect(Number(bottom)).toBeLessThanOrEqual(HEIGHT);
        expect(map.graticule).not.toMatch(/NaN|Infinity/);
        expect(map.graticule.length).toBeLessThan(600);
      }),
    );
  });
});
