/** An equirectangular projection for a small map of two points, true to scale midway between them. */

export const WIDTH = 320;
export const HEIGHT = 150;

/** The midpoint of the two points. It is above the centre, since names are written below. */
export const MIDDLE_X = WIDTH / 2;
export const MIDDLE_Y = 66;

export interface Coordinates {
  latitude: number;
  longitude: number;
}

export interface Point {
  x: number;
  y: number;
}

export interface Projection {
  middle: Coordinates;
  scale: number;
  narrowing: number;
}

/** `x` and `y`: degrees east and north of the midpoint. */
export function project({ x, y }: Point, { scale, narrowing }: Projection): Point {
  return { x: MIDDLE_X + x * narrowing * scale, y: MIDDLE_Y - y * scale };
}

export function at({ x, y }: Point): string {
  return `${round(x)} ${round(y)}`;
}

export function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}
