import { graticule } from "./map-graticule.ts";
import { at, project, WIDTH, type Coordinates, type Point } from "./map-projection.ts";

/** Where the two places, their names and the line between them are on a small map. */

/** What the two places and the line between them may take of it; the rest is for their names. */
const INNER_WIDTH = 190;
const INNER_HEIGHT = 66;

/** Distance between a place and the name beside it. */
const GAP = 14;

/** Pixels that a name may be long: two of them have to go beside each other. */
const LONGEST = 140;

/** Pixels between a name and the edge of the map. */
const EDGE = 6;

/** Nearer than these degrees, some ten metres, the two are one. */
const NEAREST = 0.0001;

/** Pixels from which on two places count as side by side, rather than one above the other. */
const SIDE_BY_SIDE = 80;

/** Where a place is, and where its name is written. */
export interface MarkedPoint extends Point {
  label: Point & {
    anchor: "start" | "end";
    /** Pixels that the name may be long. */
    room: number;
  };
}

export interface MapGeometry {
  /** In the order in which they were given. */
  points: [MarkedPoint, MarkedPoint];
  /** The path of the line between the two. */
  arc: string;
  /** The path of the meridians and parallels. */
  graticule: string;
}

/** The map that shows both places as far from each other as it can; nothing where they are the same. */
export function mapGeometry(one: Coordinates, other: Coordinates): MapGeometry | undefined {
  // The shorter way round: across the antimeridian, where that is nearer.
  const east = wrapped(other.longitude - one.longitude);
  const north = other.latitude - one.latitude;
  const middle = { latitude: one.latitude + north / 2, longitude: one.longitude + east / 2 };
  // A degree of longitude is shorter than one of latitude; at a pole it would be nothing at all.
  const narrowing = Math.max(0.01, Math.cos((middle.latitude * Math.PI) / 180));
  const width = Math.abs(east) * narrowing;
  const height = Math.abs(north);
  if (Math.max(width, height) < NEAREST) return undefined;

  /** Pixels a degree of latitude. */
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
 * Places that are side by side have their names below, each beginning at the outside and reaching
 * inwards. Where one is above the other, the names stand beside them, to the outside. So they never
 * meet: whatever is not far apart this way is so the other way.
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

/** A line that rises a little, as the ways between far places do on maps. */
function arc(a: Point, b: Point): string {
  const [left, right] = a.x <= b.x ? [a, b] : [b, a];
  const rise = 0.22;
  const x = (left.x + right.x) / 2 + rise * (right.y - left.y);
  const y = (left.y + right.y) / 2 - rise * (right.x - left.x);
  return `M${at(left)}Q${at({ x, y })} ${at(right)}`;
}

/** Into -180 to 180. */
function wrapped(degrees: number): number {
  return degrees - 360 * Math.round(degrees / 360);
}
