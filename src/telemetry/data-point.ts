import type { EventDetail, OperatorEvent } from "./event.ts";
import { placeOf } from "./place.ts";

/** A point of an Analytics Engine dataset. Its columns have no names but their places: docs/operating.md lists them. */
export interface DataPoint {
  indexes: [string];
  blobs: string[];
  doubles: number[];
}

/** Characters of an index, and of what a blob says here: both far within what the platform takes. */
const MAX_INDEX = 96;
const MAX_BLOB = 200;

/** A function of its arguments. Sampled by client, so that a small one is not lost beside a large one. */
export function dataPoint(event: OperatorEvent, detail: EventDetail): DataPoint {
  const screen = placeOf(event.screen, detail);
  const phone = placeOf(event.phone, detail);
  const reasons = event.reasons?.map(({ code }) => code).join(" ");
  return {
    indexes: [(event.client ?? "").slice(0, MAX_INDEX)],
    blobs: [
      event.type,
      event.client,
      event.why,
      event.verdict,
      reasons,
      screen?.country,
      phone?.country,
      screen?.network,
      phone?.network,
    ].map((text) => (text ?? "").slice(0, MAX_BLOB)),
    doubles: [screen?.asn ?? 0, phone?.asn ?? 0],
  };
}
