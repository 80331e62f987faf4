import { graticule } from "./map-graticule.ts";
import { at, project, WIDTH, type Coordinates, type Point } from "./map-projection.ts";

/** The positions of two locations, their names, and the line between them on a small map. */

/** The area for the two points and the line. The rest is for the names. */
const INNER_WIDTH = 190;
const INNER_HEIGHT = 66;

/** Distance between a point and its name. */
const GAP = 14;

/** Maximum length of a name in pixels, so that two fit beside each other. */
const LONGEST = 140;

/** Pixels between a name and the edge of the map. */
const EDGE = 6;

/** Degrees, about ten metres: nearer points count as one. */
const NEAREST = 0.0001;

/** Horizontal distance in pixels from which two points count as side by side. */
const SIDE_BY_SIDE = 80;

/** A point, and where its name is written. */
export interface MarkedPoint extends Point {
  label: Point & {
    anchor: "start" | "end";
    /** Maximum length of the name in pixels. */
    room: number;
  };
}

export interface MapGeometry {
  /** In the order of the arguments. */
  points: [MarkedPoint, MarkedPoint];
  /** SVG path of the line between the two. */
  arc: string;
  /** SVG path of the meridians and parallels. */
  graticule: string;
}

/** A map with both points as far apart as possible. Undefined if they are the same. */
export function mapGeometry(one: Coordinates, other: Coordinates): MapGeometry | undefined {
  // Across the antimeridian if that is shorter.
  const east = wrapped(other.longitude - one.longitude);
  const north = other.latitude - one.latitude;
  const middle = { latitude: one.latitude + north / 2, longitude: one.longitude + east / 2 };
  // A degree of longitude is shorter than one of latitude. The minimum avoids a division by zero at
  // a pole.
  const narrowing = Math.max(0.01, Math.cos((middle.latitude * Math.PI) / 180));
  const width = Math.abs(east) * narrowing;
  const height = Math.abs(north);
  if (Math.max(width, height) < NEAREST) return undefined;

  /** Pixels per degree of latitude. */
  const scale = Math.min(INNER_WIDTH / width, INNER_HEIGHT / height);
  const projection = { middle, scale, narrowing };
  const a = project({ x: -east / 2, y: -north / 2 }, projection);
  const b = project({ x: east / 2, y: north / 2 }, projection);
  return {
    points: marked(a, b),
    arc: arc(a, b),
    graticule: graticule(projection),
  };
}

/**
 * Points side by side have their names below, starting at the outer side. Otherwise the names are
 * beside them, on the outer side. So the names never overlap: points that are close horizontally
 * are far apart vertically.
 */
function marked(a: Point, b: Point): [MarkedPoint, MarkedPoint] {
  const sideBySide = Math.abs(a.x - b.x) >= SIDE_BY_SIDE;
  const mark = (point: Point, isLeft: boolean): MarkedPoint => {
    const outwards = isLeft ? -1 : 1;
    const anchor = isLeft === sideBySide ? "start" : "end";
    const x = point.x + outwards * (sideBySide ? 3.5 : 1) * GAP;
    const y = point.y + (sideBySide ? 1.8 : -0.2) * GAP;
    const toTheEdge = (anchor === "start" ? WIDTH - x : x) - EDGE;
    return { ...point, label: { x, y, anchor, room: Math.min(toTheEdge, LONGEST) } };
  };
  return [mark(a, a.x <= b.x), mark(b, b.x < a.x)];
}

/** A slightly curved line. */
function arc(a: Point, b: Point): string {
  const [left, right] = a.x <= b.x ? [a, b] : [b, a];
  const rise = 0.22;
  const x = (left.x + right.x) / 2 + rise * (right.y - left.y);
  const y = (left.y + right.y) / 2 - rise * (right.x - left.x);
  return `M${at(left)}Q${at({ x, y })} ${at(right)}`;
}

/** Normalizes to -180…180. */
function wrapped(degrees: number): number {
  return degrees - 360 * Math.round(degrees / 360);
}
