import type { EventDetail, OperatorEvent } from "./event.ts";
import { reportedLocation } from "./location.ts";

/** A data point of Analytics Engine. Columns are identified by position: docs/operating.md lists them. */
export interface DataPoint {
  indexes: [string];
  blobs: string[];
  doubles: number[];
}

/** Characters of an index and of a blob, within the platform's limits. */
const MAX_INDEX = 96;
const MAX_BLOB = 200;

/** The data point of an event. Its index is the client, so that sampling does not drop small clients. */
export function dataPoint(event: OperatorEvent, detail: EventDetail): DataPoint {
  const screen = reportedLocation(event.screen, detail);
  const phone = reportedLocation(event.phone, detail);
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
