import type { Place } from "../../../protocol/place.ts";

export interface Coordinates {
  latitude: number;
  longitude: number;
}

/** Cloudflare's country codes for Tor and for an unknown country. */
const NO_COUNTRY = new Set(["T1", "XX"]);

/** Whether the device hides its location. */
export function isAnonymous({ country }: Place): boolean {
  return country !== undefined && NO_COUNTRY.has(country);
}

/** The country, if it is known. */
export function countryOf(place: Place): string | undefined {
  return isAnonymous(place) ? undefined : place.country;
}

/** The coordinates, if they are known. */
export function coordinatesOf(place: Place): Coordinates | undefined {
  const { latitude, longitude } = place;
  if (latitude === undefined || longitude === undefined || isAnonymous(place)) return undefined;
  return { latitude, longitude };
}

/** Whether two places are known to be in one city. */
export function sameCity(a: Place, b: Place): boolean {
  return (
    a.city !== undefined &&
    a.city === b.city &&
    a.region === b.region &&
    countryOf(a) !== undefined &&
    countryOf(a) === countryOf(b)
  );
}

/** Kilometres. */
const EARTH_RADIUS = 6371;

/** The distance of two places on the Earth's surface, by the haversine formula, in whole kilometres. */
export function kilometresBetween(a: Coordinates, b: Coordinates): number {
  const half = (from: number, to: number) => Math.sin(radians(to - from) / 2) ** 2;
  const h =
    half(a.latitude, b.latitude) +
    Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * half(a.longitude, b.longitude);
  return Math.round(2 * EARTH_RADIUS * Math.asin(Math.min(1, Math.sqrt(h))));
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}
