import * as v from "valibot";

/** Where a device is, as far as its IP address shows: accurate to the city at best. */
export const Place = v.object({
  city: v.exactOptional(v.string()),
  region: v.exactOptional(v.string()),
  /** ISO 3166-1 alpha-2. */
  country: v.exactOptional(v.string()),
  latitude: v.exactOptional(v.number()),
  longitude: v.exactOptional(v.number()),
});

export type Place = v.InferOutput<typeof Place>;
