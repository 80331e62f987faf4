/** The geometry of a small map of two places: an equirectangular projection, true to scale midway between them. */

export const WIDTH = 320;
export const HEIGHT = 150;

/** What the two places and the line between them may take of it; the rest is for their names. */
const INNER_WIDTH = 190;
const INNER_HEIGHT = 66;

/** Where the middle between the two places stands: names are written below them. */
const MIDDLE_X = WIDTH / 2;
const MIDDLE_Y = 66;

/** Distance between a place and the name beside it. */
const GAP = 14;

/** Pixels that a name may be long: two of them have to go beside each other. */
const LONGEST = 140;

/** Pixels between a name and the edge of the map. */
const EDGE = 6;

/** Nearer than these degrees, some ten metres, the two are one. */
const NEAREST = 0.0001;

/** Degrees between two lines of the graticule. */
const STEPS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 45];

/** Pixels between two lines, at the least. */
const MESH = 34;

/** Pixels from which on two places count as side by side, rather than one above the other. */
const SIDE_BY_SIDE = 80;

export interface Coordinates {
  latitude: number;
  longitude: number;
}

export interface Point {
  x: number;
  y: number;
}

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
    graticule: meridians(projection) + parallels(projection),
  };
}

interface Projection {
  middle: Coordinates;
  scale: number;
  narrowing: number;
}

/** `x` and `y`: degrees east and north of the middle. */
function project({ x, y }: Point, { scale, narrowing }: Projection): Point {
  return { x: MIDDLE_X + x * narrowing * scale, y: MIDDLE_Y - y * scale };
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

function meridians(projection: Projection): string {
  const { middle, scale, narrowing } = projection;
  const reach = WIDTH / 2 / (scale * narrowing);
  const top = clampedY(90, projection);
  const bottom = clampedY(-90, projection);
  return lines(middle.longitude - reach, middle.longitude + reach, MESH / (scale * narrowing))
    .map((longitude) => project({ x: longitude - middle.longitude, y: 0 }, projection).x)
    .map((x) => `M${at({ x, y: top })}V${round(bottom)}`)
    .join("");
}

function parallels(projection: Projection): string {
  const { middle, scale } = projection;
  const south = Math.max(-90, middle.latitude - (HEIGHT - MIDDLE_Y) / scale);
  const north = Math.min(90, middle.latitude + MIDDLE_Y / scale);
  return lines(south, north, MESH / scale)
    .map((latitude) => project({ x: 0, y: latitude - middle.latitude }, projection).y)
    .map((y) => `M${at({ x: 0, y })}H${WIDTH}`)
    .join("");
}

/** Where a parallel is, or the edge of the map if it lies beyond: there is nothing beyond the poles. */
function clampedY(latitude: number, projection: Projection): number {
  const { y } = project({ x: 0, y: latitude - projection.middle.latitude }, projection);
  return Math.min(HEIGHT, Math.max(0, y));
}

/** The round numbers of degrees from one to the other, at least `mesh` apart. */
function lines(from: number, to: number, mesh: number): number[] {
  const step = STEPS.find((step) => step >= mesh) ?? 90;
  const first = Math.ceil(from / step);
  const count = Math.max(0, Math.floor(to / step) - first + 1);
  return Array.from({ length: count }, (_, index) => (first + index) * step);
}

/** Into -180 to 180. */
function wrapped(degrees: number): number {
  return degrees - 360 * Math.round(degrees / 360);
}

function at({ x, y }: Point): string {
  return `${round(x)} ${round(y)}`;
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}
