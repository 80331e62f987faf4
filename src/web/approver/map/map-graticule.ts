import { at, HEIGHT, MIDDLE_Y, project, round, WIDTH, type Projection } from "./map-projection.ts";

/** Degrees between two lines of the graticule. */
const STEPS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 45];

/** Minimum distance between two lines in pixels. */
const MESH = 34;

/** SVG path of the meridians and parallels, at round numbers of degrees. */
export function graticule(projection: Projection): string {
  return meridians(projection) + parallels(projection);
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

/** The vertical position of a parallel, within the map. */
function clampedY(latitude: number, projection: Projection): number {
  const { y } = project({ x: 0, y: latitude - projection.middle.latitude }, projection);
  return Math.min(HEIGHT, Math.max(0, y));
}

/** The round numbers of degrees between two values, at least `mesh` apart. */
function lines(from: number, to: number, mesh: number): number[] {
  const step = STEPS.find((step) => step >= mesh) ?? 90;
  const first = Math.ceil(from / step);
  const count = Math.max(0, Math.floor(to / step) - first + 1);
  return Array.from({ length: count }, (_, index) => (first + index) * step);
}
