import type { DeviceInfo } from "../session.ts";

/** Where a device is, as the edge sees it by its address: right to the city at best. */
export type Place = Pick<DeviceInfo, "city" | "region" | "country" | "latitude" | "longitude">;

export interface Coordinates {
  latitude: number;
  longitude: number;
}

/** In place of a country: Tor, and "nobody knows". */
const NOWHERE = new Set(["T1", "XX"]);

/** Whether somebody has seen to it that the place can't be told. */
export function isAnonymous({ country }: Place): boolean {
  return country !== undefined && NOWHERE.has(country);
}

/** The country, where it is one. */
export function countryOf(place: Place): string | undefined {
  return isAnonymous(place) ? undefined : place.country;
}

/** The coordinates, where they mean anything. */
export function coordinatesOf(place: Place): Coordinates | undefined {
  const { latitude, longitude } = place;
  if (latitude === undefined || longitude === undefined || isAnonymous(place)) return undefined;
  return { latitude, longitude };
}

/** Whether two places are known to be one city. */
export function sameCity(a: Place, b: Place): boolean {
  return (
    a.city !== undefined &&
    a.city === b.city &&
    a.region === b.region &&
    countryOf(a) !== undefined &&
    countryOf(a) === countryOf(b)
  );
}

/** Kilometres, the Earth taken for a ball. */
const EARTH_RADIUS = 6371;

/** How far apart two places are, along the ground: the haversine formula, to the kilometre. */
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
